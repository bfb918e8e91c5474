/* A foreign host key document, certificate or revocation list, PEM or DER;
 * trusted lists of the same bytes must not be believed. */
#include "measurements/se/sehkd.h"

#include "measurements/format/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span all = span_of(p, len), list, der;
	struct sehkd_trust t = { .now = 1700000000 };
	struct x509_crl l;
	struct ecpoint pt;
	struct x509 c;
	struct err e;
	struct buf b;
	char name[96];

	for (int crls = 0; crls < 2; crls++) {
		buf_init(&b, LIMIT_KEY_FILE);
		if (x509_collect(all, crls, &b, &e) == 0) {
			list = span_of(b.p, b.len);
			t.certs = t.crls = t.roots = list;
			sehkd_signer(&t, &c, &e);
			while (x509_next(&list, &der)) {
				sehkd_key(der, t.now, &pt, &e);
				if (x509_parse(der, &c, &e) == 0) {
					x509_common_name(c.subject, name);
					x509_verify(&c.s, &c.key, &e);
				}
				if (x509_crl_parse(der, &l, &e) == 0)
					x509_crl_has(&l, der);
			}
		}
		buf_release(&b);
	}
	return 0;
}
