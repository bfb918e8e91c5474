/*
 * mkoci [-t SECONDS] -n NAME -l ARCHITECTURE=LAYER... OUTPUT [ARG]...
 *
 * Writes an OCI image layout (image-spec 1.1, image-layout.md) to the folder
 * OUTPUT, which must not exist: one image NAME of one uncompressed tar LAYER,
 * whose default command is ARGs. With several, each for another ARCHITECTURE,
 * NAME is an image index of them in the order given. NAME, ARCHITECTURE and
 * ARGs go into JSON as they are, so they must be plain: no quotes, backslashes
 * or control characters. The time in the configuration is SECONDS since 1970,
 * 0 by default.
 */
#include <bearssl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	JSON_SIZE = 8192,
	DIGEST_SIZE = 2 * br_sha256_SIZE + 1,
	LAYER_SIZE = 1 << 30,
	PLATFORMS_MAX = 4,
};

#define MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define INDEX "application/vnd.oci.image.index.v1+json"

struct blob {
	char digest[DIGEST_SIZE]; /* hexadecimal, without "sha256:" */
	size_t size;
};

struct platform {
	char architecture[32];
	const char *layer; /* the file */
	struct blob manifest;
};

struct image {
	struct platform platforms[PLATFORMS_MAX];
	int n_platforms;
	const char *name;
	char created[32];
	char **args;
	int n_args;
};

static int
fail(const char *what, const char *name)
{
	fprintf(stderr, "%s '%s': %s\n", what, name, strerror(errno));
	return -1;
}

static void
set_digest(struct blob *b, const void *data, size_t size)
{
	unsigned char sum[br_sha256_SIZE];
	br_sha256_context ctx;
	size_t i;

	br_sha256_init(&ctx);
	br_sha256_update(&ctx, data, size);
	br_sha256_out(&ctx, sum);
	for (i = 0; i < sizeof(sum); i++)
		snprintf(b->digest + 2 * i, 3, "%02x", sum[i]);
	b->size = size;
}

static int
write_file(int dirfd, const char *name, const void *data, size_t size)
{
	const char *p = data;
	ssize_t n;
	int fd;

	fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return fail("create", name);
	while (size > 0) {
		n = write(fd, p, size);
		if (n < 0) {
			close(fd);
			return fail("write", name);
		}
		p += n;
		size -= (size_t)n;
	}
	if (close(fd) < 0)
		return fail("close", name);
	return 0;
}

static int
write_blob(int dirfd, const void *data, size_t size, struct blob *ret_b)
{
	char name[DIGEST_SIZE + sizeof("blobs/sha256/")];

	set_digest(ret_b, data, size);
	snprintf(name, sizeof(name), "blobs/sha256/%s", ret_b->digest);
	/* Two platforms may share it: its name says what is in it. */
	if (faccessat(dirfd, name, F_OK, 0) == 0)
		return 0;
	return write_file(dirfd, name, data, size);
}

static int
write_layer(int dirfd, const char *file, struct blob *ret_b)
{
	unsigned char *data;
	struct stat st;
	size_t n;
	FILE *f;
	int result = -1;

	f = fopen(file, "re");
	if (f == NULL)
		return fail("open", file);
	if (fstat(fileno(f), &st) < 0 || st.st_size == 0 ||
	    st.st_size > LAYER_SIZE) {
		fprintf(stderr, "'%s' is empty or too large\n", file);
		fclose(f);
		return -1;
	}
	data = malloc((size_t)st.st_size);
	if (data != NULL) {
		n = fread(data, 1, (size_t)st.st_size, f);
		if (n == (size_t)st.st_size)
			result = write_blob(dirfd, data, n, ret_b);
	}
	if (result < 0)
		fprintf(stderr, "layer '%s' is not written\n", file);
	free(data);
	fclose(f);
	return result;
}

/* The command as the elements of a JSON array. */
static int
format_args(const struct image *image, char *out, size_t size)
{
	size_t len = 0;
	int i, n;

	out[0] = '\0';
	for (i = 0; i < image->n_args; i++) {
		n = snprintf(out + len, size - len, "%s\"%s\"",
		    i == 0 ? "" : ",", image->args[i]);
		if (n < 0 || (size_t)n >= size - len)
			return -1;
		len += (size_t)n;
	}
	return 0;
}

static int
write_config(int dirfd, const struct image *image, const char *architecture,
    const struct blob *layer, struct blob *ret_b)
{
	char args[JSON_SIZE / 2];
	char json[JSON_SIZE];
	int n;

	if (format_args(image, args, sizeof(args)) < 0) {
		fputs("the command is too long\n", stderr);
		return -1;
	}
	/* The layer is not compressed: its digest is also its diff ID. */
	n = snprintf(json, sizeof(json),
	    "{\"created\":\"%s\",\"architecture\":\"%s\",\"os\":\"linux\","
	    "\"config\":{\"Env\":[\"PATH=/bin\"],\"Cmd\":[%s],"
	    "\"WorkingDir\":\"/\"},"
	    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}",
	    image->created, architecture, args, layer->digest);
	return write_blob(dirfd, json, (size_t)n, ret_b);
}

static int
write_manifest(int dirfd, const struct blob *config, const struct blob *layer,
    struct blob *ret_b)
{
	char json[JSON_SIZE];
	int n;

	n = snprintf(json, sizeof(json),
	    "{\"schemaVersion\":2,"
	    "\"mediaType\":\"" MANIFEST "\","
	    "\"config\":{"
	    "\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
	    "\"digest\":\"sha256:%s\",\"size\":%zu},"
	    "\"layers\":[{"
	    "\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\","
	    "\"digest\":\"sha256:%s\",\"size\":%zu}]}",
	    config->digest, config->size, layer->digest, layer->size);
	return write_blob(dirfd, json, (size_t)n, ret_b);
}

/* What an index says of the manifest of p, and tail, in out. */
static int
format_manifest(const struct platform *p, const char *tail, char *out,
    size_t size)
{
	int n = snprintf(out, size,
	    "{\"mediaType\":\"" MANIFEST "\","
	    "\"digest\":\"sha256:%s\",\"size\":%zu,"
	    "\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}%s}",
	    p->manifest.digest, p->manifest.size, p->architecture, tail);

	return n < 0 || (size_t)n >= size ? -1 : n;
}

/* The image index of all platforms, as a blob. */
static int
write_platforms(int dirfd, const struct image *image, struct blob *ret_b)
{
	char json[JSON_SIZE];
	size_t len;
	int n;

	len = (size_t)snprintf(json, sizeof(json),
	    "{\"schemaVersion\":2,\"mediaType\":\"" INDEX "\",\"manifests\":[");
	for (int i = 0; i < image->n_platforms; i++) {
		if (i > 0)
			json[len++] = ',';
		n = format_manifest(&image->platforms[i], "", json + len,
		    sizeof(json) - len - 4);
		if (n < 0)
			return -1;
		len += (size_t)n;
	}
	memcpy(json + len, "]}", 2);
	return write_blob(dirfd, json, len + 2, ret_b);
}

/* The layout's own index: of one image, or of one index of images. */
static int
write_index(int dirfd, const struct image *image)
{
	char tail[JSON_SIZE / 2], one[JSON_SIZE - 256], json[JSON_SIZE];
	struct blob all;
	int n;

	snprintf(tail, sizeof(tail),
	    ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}",
	    image->name);
	if (image->n_platforms == 1) {
		n = format_manifest(&image->platforms[0], tail, one,
		    sizeof(one));
	} else {
		if (write_platforms(dirfd, image, &all) < 0)
			return -1;
		n = snprintf(one, sizeof(one),
		    "{\"mediaType\":\"" INDEX "\",\"digest\":\"sha256:%s\","
		    "\"size\":%zu%s}",
		    all.digest, all.size, tail);
	}
	if (n < 0 || (size_t)n >= sizeof(one))
		return -1;
	n = snprintf(json, sizeof(json),
	    "{\"schemaVersion\":2,\"mediaType\":\"" INDEX "\","
	    "\"manifests\":[%s]}",
	    one);
	return write_file(dirfd, "index.json", json, (size_t)n);
}

static int
write_platform(int dirfd, const struct image *image, struct platform *p)
{
	struct blob config, layer;

	if (write_layer(dirfd, p->layer, &layer) < 0 ||
	    write_config(dirfd, image, p->architecture, &layer, &config) < 0)
		return -1;
	return write_manifest(dirfd, &config, &layer, &p->manifest);
}

static int
write_layout(int dirfd, struct image *image)
{
	static const char version[] = "{\"imageLayoutVersion\":\"1.0.0\"}";

	if (mkdirat(dirfd, "blobs", 0755) < 0 ||
	    mkdirat(dirfd, "blobs/sha256", 0755) < 0)
		return fail("create", "blobs/sha256");
	for (int i = 0; i < image->n_platforms; i++) {
		if (write_platform(dirfd, image, &image->platforms[i]) < 0)
			return -1;
	}
	if (write_index(dirfd, image) < 0)
		return -1;
	/* Last: a folder without it is no image layout. */
	return write_file(dirfd, "oci-layout", version, sizeof(version) - 1);
}

static int
text_is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
			return 0;
	return 1;
}

static int
usage(void)
{
	fputs("usage: mkoci [-t SECONDS] -n NAME -l ARCHITECTURE=LAYER... "
	      "OUTPUT [ARG]...\n",
	    stderr);
	return 2;
}

static int
set_created(struct image *image, const char *seconds)
{
	struct tm tm;
	time_t t;
	char *end;

	errno = 0;
	t = strtol(seconds, &end, 10);
	if (errno != 0 || end == seconds || *end != '\0' || t < 0 ||
	    gmtime_r(&t, &tm) == NULL)
		return -1;
	strftime(image->created, sizeof(image->created), "%Y-%m-%dT%H:%M:%SZ",
	    &tm);
	return 0;
}

/* "ARCHITECTURE=LAYER", of an architecture that is not there yet. */
static int
add_platform(struct image *image, const char *text)
{
	struct platform *p = &image->platforms[image->n_platforms];
	size_t len = strcspn(text, "=");

	if (image->n_platforms == PLATFORMS_MAX || text[len] != '=' ||
	    len == 0 || len >= sizeof(p->architecture))
		return -1;
	memcpy(p->architecture, text, len);
	p->architecture[len] = '\0';
	p->layer = text + len + 1;
	for (int i = 0; i < image->n_platforms; i++) {
		if (strcmp(image->platforms[i].architecture, p->architecture) ==
		    0)
			return -1;
	}
	image->n_platforms++;
	return text_is_plain(p->architecture) ? 0 : -1;
}

static int
read_options(int argc, char **argv, struct image *image)
{
	const char *seconds = "0";
	int i, option;

	while ((option = getopt(argc, argv, "+l:n:t:")) != -1) {
		if (option == 'n')
			image->name = optarg;
		else if (option == 't')
			seconds = optarg;
		else if (option != 'l' || add_platform(image, optarg) < 0)
			return -1;
	}
	if (argc - optind < 1 || image->n_platforms == 0 ||
	    image->name == NULL || set_created(image, seconds) < 0)
		return -1;
	image->args = argv + optind + 1;
	image->n_args = argc - optind - 1;
	if (strlen(image->name) > JSON_SIZE / 4 || !text_is_plain(image->name))
		return -1;
	for (i = 0; i < image->n_args; i++)
		if (!text_is_plain(image->args[i]))
			return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct image image = { .n_platforms = 0 };
	const char *output;
	int dirfd, result;

	if (read_options(argc, argv, &image) < 0)
		return usage();
	output = argv[optind];
	if (mkdir(output, 0755) < 0)
		return fail("create", output) < 0;
	dirfd = open(output, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return fail("open", output) < 0;
	result = write_layout(dirfd, &image);
	close(dirfd);
	return result < 0;
}
