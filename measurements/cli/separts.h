/*
 * measurements/separts -- the parts of a Secure Execution image, from options
 *
 * What mkse builds an image of, and `husk measure --target se` predicts one
 * from; the names are those of s390-tools' genprotimg and pvimg. Options that
 * may be repeated: host-key-document, cert, crl.
 *
 * Without a seed the keys are fresh random bytes. With one they follow from it
 * and from all the parts (measurements/sekeys), and the image is the same each
 * time.
 *
 * Memory: files and keys are held until separts_release(), which wipes them.
 */
#ifndef MEASUREMENTS_SEPARTS_H
#define MEASUREMENTS_SEPARTS_H

#include "measurements/cli/input.h"
#include "measurements/cli/opt.h"
#include "measurements/format/limits.h"
#include "measurements/se/sebuild.h"

enum separts_option {
	SEPARTS_KERNEL,
	SEPARTS_RAMDISK,
	SEPARTS_PARMFILE,
	SEPARTS_CMDLINE,
	SEPARTS_STAGE3A,
	SEPARTS_STAGE3B,
	SEPARTS_ROOT_CA,
	SEPARTS_NO_VERIFY,
	SEPARTS_SEED,
	SEPARTS_CCK,
	SEPARTS_HDR_KEY,
	SEPARTS_IMAGE_KEY,
	SEPARTS_DUMP,
	SEPARTS_EXTENSION_SECRET,
	SEPARTS_CCK_UPDATE,
	SEPARTS_NO_PCKMO,
	SEPARTS_PCKMO_HMAC,
	SEPARTS_BACKUP_KEYS,
	SEPARTS_PLAIN,
	SEPARTS_PCF,
	SEPARTS_SCF,
	SEPARTS_PSW,
	SEPARTS_N_OPTIONS
};

/* The options' part of a table; ramdisk is what the program calls it. */
#define SEPARTS_OPTIONS(first, ramdisk)                                        \
	[(first) +                                                             \
	    SEPARTS_KERNEL] = { "kernel", "FILE",                              \
		"raw s390x kernel (bzImage)" },                                \
	    [(first) + SEPARTS_RAMDISK] = { ramdisk, "FILE", "initrd" },       \
	    [(first) + SEPARTS_PARMFILE] = { "parmfile", "FILE",               \
		    "kernel command line; a NUL is added" },                   \
	    [(first) + SEPARTS_CMDLINE] = { "cmdline", "TEXT", "likewise" },   \
	    [(first) + SEPARTS_STAGE3A] = { "stage3a", "FILE",                 \
		    "boot loader in the clear, of s390-tools" },               \
	    [(first) + SEPARTS_STAGE3B] = { "stage3b", "FILE",                 \
		    "encrypted boot loader (stage3b_reloc.bin)" },             \
	    [(first) + SEPARTS_ROOT_CA] = { "root-ca", "FILE",                 \
		    "trusted roots, PEM or DER" },                             \
	    [(first) + SEPARTS_NO_VERIFY] = { "no-verify", NULL,               \
		    "take the host key documents unverified" },                \
	    [(first) + SEPARTS_SEED] = { "seed", "FILE",                       \
		    "secret of 32 bytes or more: same parts, same image" },    \
	    [(first) + SEPARTS_CCK] = { "cck", "FILE",                         \
		    "customer communication key, 32 bytes" },                  \
	    [(first) + SEPARTS_HDR_KEY] = { "hdr-key", "FILE",                 \
		    "header protection key, 32 bytes" },                       \
	    [(first) + SEPARTS_IMAGE_KEY] = { "image-key", "FILE",             \
		    "key of the components, 64 bytes" },                       \
	    [(first) + SEPARTS_DUMP] = { "enable-dump", NULL,                  \
		    "allow dumps (with --cck)" },                              \
	    [(first) +                                                         \
		SEPARTS_EXTENSION_SECRET] = { "enable-cck-extension-secret",   \
		    NULL, "secrets need one derived from the CCK" },           \
	    [(first) + SEPARTS_CCK_UPDATE] = { "enable-cck-update", NULL,      \
		    "the guest may change its CCK (z17)" },                    \
	    [(first) + SEPARTS_NO_PCKMO] = { "disable-pckmo", NULL,            \
		    "no key wrapping (DEA, TDEA, AES, ECC)" },                 \
	    [(first) + SEPARTS_PCKMO_HMAC] = { "enable-pckmo-hmac", NULL,      \
		    "key wrapping of HMAC keys" },                             \
	    [(first) + SEPARTS_BACKUP_KEYS] = { "enable-backup-keys", NULL,    \
		    "backup target keys" },                                    \
	    [(first) + SEPARTS_PLAIN] = { "disable-image-encryption", NULL,    \
		    "components in the clear" },                               \
	    [(first) + SEPARTS_PCF] = { "x-pcf", "N",                          \
		    "plaintext control flags (0xe0)" },                        \
	    [(first) +                                                         \
		SEPARTS_SCF] = { "x-scf", "N", "secret control flags (0)" },   \
	    [(first) + SEPARTS_PSW] = { "x-psw", "N",                          \
		    "address that the guest starts at (stage3b)" }

/* Help on the options that may be repeated. */
#define SEPARTS_LIST_HELP                                                      \
	"  --host-key-document FILE (repeatable) certificate of a host's "     \
	"key\n"                                                                \
	"  --cert FILE             (repeatable) signing key and authorities\n" \
	"  --crl FILE              (repeatable) revocation lists\n"

struct separts_list {
	const char *paths[LIMIT_SE_DOCUMENTS];
	size_t n;
};

struct separts {
	struct separts_list hkds, certs, crls;
	struct input kernel, ramdisk, cmdline;
	struct buf kernel_bytes, ramdisk_bytes, cmdline_bytes, stage3a_bytes,
	    stage3b_bytes;
	struct ecpoint hosts[SEHDR_SLOTS_MAX];
	struct sebuild build;
	struct sekeys keys;
};

/* Take the repeatable options out of argv, into an otherwise empty p. */
int separts_take_lists(struct separts *p, char **argv, struct err *e);

/*
 * The values at v (SEPARTS_N_OPTIONS of them): check that they go together and
 * load what they name. need_seed refuses random keys. After either result p is
 * to be released.
 */
int separts_load(struct separts *p, const char *const *v, bool need_seed,
    struct err *e);

/* The keys of the host key documents, into p->hosts and p->build. */
int separts_load_hosts(struct separts *p, const char *const *v, struct err *e);

/* Kernel, initrd and command line alone, those that are given. */
int separts_load_components(struct separts *p, const char *const *v,
    struct err *e);

/* A file of exactly len bytes. */
int separts_read_key(const char *path, uint8_t *ret_key, size_t len,
    struct err *e);

void separts_release(struct separts *p);

#endif
