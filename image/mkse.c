/*
 * mkse --kernel FILE --stage3a FILE --stage3b FILE --host-key-document FILE
 *      --output FILE [option ...]
 * mkse --extract IMAGE --header FILE
 *
 * Writes an IBM Secure Execution image (measurements/sebuild), or takes the
 * header out of one. The options are those of s390-tools' genprotimg and pvimg;
 * see --help. Nothing is fetched from anywhere. With --seed the image depends
 * on the seed and the parts and on nothing else. An output appears complete or
 * not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/separts.h"

enum option {
	OPT_OUTPUT,
	OPT_HEADER,
	OPT_EXTRACT,
	OPT_PARTS,
	OPT_HELP = OPT_PARTS + SEPARTS_N_OPTIONS,
	N_OPTIONS
};

enum {
	PATH_SIZE = 4096,
	HELP_MAX = 16 * 1024
};

static const struct opt options[N_OPTIONS] = {
	[OPT_OUTPUT] = { "output", "FILE", "the image" },
	[OPT_HEADER] = { "header", "FILE", "its header as a file (hdr.bin)" },
	[OPT_EXTRACT] = { "extract", "IMAGE",
	    "take --header out of this one; build none" },
	SEPARTS_OPTIONS(OPT_PARTS, "ramdisk"),
	[OPT_HELP] = { "help", NULL, "show this text" },
};

struct mkse {
	const char *v[N_OPTIONS];
	struct separts parts;
	struct buf image;
};

/* The bytes to path, by way of a temporary file beside it. */
static int
write_output(const char *path, const uint8_t *p, size_t len, struct err *e)
{
	char tmp[PATH_SIZE];
	int fd, rc = 0;

	if (str_format(tmp, sizeof(tmp), "%s.tmp", path) < 0)
		return err_set(e, ERR_LIMIT, "%s: the path is too long",
		    STR_QUOTED(path));
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_sys(e, "%s", STR_QUOTED(tmp));
	if (fd_write_all(fd, p, len) < 0)
		rc = err_sys(e, "write %s", STR_QUOTED(tmp));
	if (close(fd) < 0 && rc == 0)
		rc = err_sys(e, "close %s", STR_QUOTED(tmp));
	if (rc == 0 && rename(tmp, path) < 0)
		rc = err_sys(e, "rename %s", STR_QUOTED(tmp));
	if (rc < 0)
		unlink(tmp);
	return rc;
}

/* The header of the image held, to the file that was asked for. */
static int
write_header(struct mkse *m, struct err *e)
{
	struct sehdr h;
	size_t at;

	if (m->v[OPT_HEADER] == NULL)
		return 0;
	if (seimage_find_header(m->image.p, m->image.len, &at, e) < 0 ||
	    sehdr_parse(m->image.p + at, m->image.len - at, &h, e) < 0)
		return -1;
	return write_output(m->v[OPT_HEADER], h.bytes, h.size, e);
}

static int
extract(struct mkse *m, struct err *e)
{
	struct input in;

	for (int i = 0; i < SEPARTS_N_OPTIONS; i++)
		if (m->v[OPT_PARTS + i] != NULL)
			return err_set(e, ERR_ARGUMENT,
			    "--%s is for building an image, and one is given",
			    options[OPT_PARTS + i].name);
	if (m->v[OPT_HEADER] == NULL || m->v[OPT_OUTPUT] != NULL)
		return err_set(e, ERR_ARGUMENT,
		    "--extract goes with --header, not with --output");
	if (input_read(m->v[OPT_EXTRACT], &m->image, &in, e) < 0)
		return -1;
	if (write_header(m, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(m->v[OPT_EXTRACT]));
	return 0;
}

static int
build(struct mkse *m, struct err *e)
{
	if (m->v[OPT_OUTPUT] == NULL)
		return err_set(e, ERR_ARGUMENT, "--output is missing");
	if (separts_load(&m->parts, m->v + OPT_PARTS, false, e) < 0 ||
	    sebuild_image(&m->parts.build, &m->parts.keys, &m->image, e) < 0)
		return -1;
	if (m->v[OPT_PARTS + SEPARTS_NO_VERIFY])
		fprintf(stderr,
		    "mkse: warning: the host key documents are not verified\n");
	if (write_output(m->v[OPT_OUTPUT], m->image.p, m->image.len, e) < 0)
		return -1;
	return write_header(m, e);
}

static void
help(void)
{
	struct buf out;

	buf_init(&out, HELP_MAX);
	opt_help(options, N_OPTIONS, &out);
	printf("usage: mkse --kernel FILE --stage3a FILE --stage3b FILE\n"
	       "            --host-key-document FILE --output FILE "
	       "[option ...]\n"
	       "       mkse --extract IMAGE --header FILE\n\n"
	       "Build an IBM Secure Execution image, or take the header out of "
	       "one.\n\n%s" SEPARTS_LIST_HELP,
	    buf_str(&out));
	buf_release(&out);
}

static int
run(struct mkse *m, char **argv, struct err *e)
{
	if (separts_take_lists(&m->parts, argv, e) < 0 ||
	    opt_parse(options, N_OPTIONS, argv, m->v, e) < 0)
		return -1;
	if (m->v[OPT_HELP] != NULL) {
		help();
		return 0;
	}
	return m->v[OPT_EXTRACT] ? extract(m, e) : build(m, e);
}

int
main(int argc, char **argv)
{
	struct mkse *m = must_alloc(1, sizeof(*m));
	struct err e;
	int rc;

	if (argc < 1)
		return 1;
	buf_init(&m->image, LIMIT_SE_IMAGE);
	rc = run(m, argv + 1, &e);
	if (rc < 0)
		fprintf(stderr, "mkse: %s\n", e.msg);
	separts_release(&m->parts);
	buf_release(&m->image);
	free(m);
	return rc < 0;
}
