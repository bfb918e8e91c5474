/* DER, PEM, keys and certificates. */
#include "measurements/format/x509.h"
#include "base/buf.h"
#include "codec/hex.h"
#include "measurements/format/der.h"
#include "measurements/format/pem.h"
#include "tests/lib/tap.h"

static struct err e;

/* s390-tools, rust/pv/tests/assets/keys/host.pem.crt */
static const char host_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIFFDCCAvygAwIBAgIUO+SNGBgRvkmR/lKiZhiN4l4zS70wDQYJKoZIhvcNAQEN\n"
    "BQAwgcwxCzAJBgNVBAYTAlVTMTQwMgYDVQQKDCtJbnRlcm5hdGlvbmFsIEJ1c2lu\n"
    "ZXNzIE1hY2hpbmVzIENvcnBvcmF0aW9uMTQwMgYDVQQDDCtJbnRlcm5hdGlvbmFs\n"
    "IEJ1c2luZXNzIE1hY2hpbmVzIENvcnBvcmF0aW9uMREwDwYDVQQIDAhOZXcgWW9y\n"
    "azEVMBMGA1UEBwwMUG91Z2hrZWVwc2llMScwJQYDVQQLDB5JQk0gWiBIb3N0IEtl\n"
    "eSBTaWduaW5nIFNlcnZpY2UwIBcNMjMwMzI5MDkwNDQ4WhgPMjM4NzEyMzEwOTA0\n"
    "NDhaMIG2MQswCQYDVQQGEwJVUzE0MDIGA1UECgwrSW50ZXJuYXRpb25hbCBCdXNp\n"
    "bmVzcyBNYWNoaW5lcyBDb3Jwb3JhdGlvbjE0MDIGA1UEAwwrSW50ZXJuYXRpb25h\n"
    "bCBCdXNpbmVzcyBNYWNoaW5lcyBDb3Jwb3JhdGlvbjERMA8GA1UECAwITmV3IFlv\n"
    "cmsxDzANBgNVBAcMBkFybW9uazEXMBUGA1UECwwOSUJNIFogSG9zdCBLZXkwgZsw\n"
    "EAYHKoZIzj0CAQYFK4EEACMDgYYABAF2iBzYS4tt5xI8fpAO33jn97aEmZFGsSY7\n"
    "qLhshEfwirbUacKxKO2eHDUBWAWs09MCM9ORIvfi+KocKxR7eIO0BgDDRVbCXPkv\n"
    "Kc5mvUQRTWt7PHjhOj+QvbkAQPaHblJi93imGpN9GzSALrJX404Gct1fKjR63aoo\n"
    "IDUJKnDDXC55c6OBhzCBhDAyBgNVHR8EKzApMCegJaAjhiFodHRwOi8vMTI3LjAu\n"
    "MC4xOjEyMzQvY3JsL2libS5jcmwwDgYDVR0PAQH/BAQDAgMIMB8GA1UdIwQYMBaA\n"
    "FN6M1/Do0NgBB3F9b9loWSA+sGd8MB0GA1UdDgQWBBR6ESQ+J+iXQe0a/KZ2+N+Z\n"
    "8a9SZjANBgkqhkiG9w0BAQ0FAAOCAgEAVWJHoCxxkqh7b+y93PY4KPy4jJC4gN1S\n"
    "dAPqttD/yteJ/4mbVel1/KNSoQBk5EpJmRqeBwHCgGJaT/TxYXNw/b8mRPxe/xbb\n"
    "wieZMqlSmH028UjYDku1eM0IgHISgoCesIR95D5iAOWbMMVUwIHIHTfmhK7DmZVe\n"
    "SPf7RIkctrpYxZh0Gw8KLZO6Mfy/9tq3dps0A7KS6jjdrF+M9LavPGwFvtfvRMTi\n"
    "rdteByO2saGAKDvrjtievwlWCNBJlKV1arW9krN7eqJY5YO6eRbX6UjuhbPRgjte\n"
    "eZ4jL121TBJaKZU7Q/lvYHIWfzstwQdiem2Ua1GyiiEvPZrQlmqQ3gDBtwJQGB4Q\n"
    "2myP7MY7THiKObjaB8qRsVxKM78ktwAtAYSZv7gZlmSJ/uTMzDV5D2TQxqs7zwCj\n"
    "sV+psUn4nvh58xP+DW+MYbF/Cpmzvul9FjMKBs270vE1q+gMot27rbQHRRJ4lVN5\n"
    "khiG6Oi6blVkPKExIVIiaZ9diXK6NhtWp15PWljNiDxZO+zpkeuw7cKLn/idzmvP\n"
    "Gcj6m7DqcdsSIHNKbR5iM2VuDhg/j8uBD3uF2Wlymp31TBQgdYWSihJpwZKHNqJD\n"
    "uq9SmegwI5gYg64KwABZM9hGbl/krXt/0CeCR5HRc+fthanKx/tO2tbCuVT3FR5J\n"
    "XpKNUy1D78o=\n"
    "-----END CERTIFICATE-----\n";

static struct span
text_span(const char *s)
{
	return span_of(s, strlen(s));
}

TEST(der_is_read_strictly)
{
	static const struct {
		const char *bytes;
		size_t len;
	} bad[] = {
		{ "\x30", 1 }, { "\x30\x01", 2 },
		{ "\x30\x80\x00\x00", 4 }, /* indefinite */
		{ "\x30\x81\x01\x00", 4 }, /* not the shortest form */
		{ "\x30\x82\x00\x81", 4 }, /* likewise */
		{ "\x30\x85\x00\x00\x00\x00\x01", 7 },
		{ "\x31\x00", 2 },     /* another tag */
		{ "\x3f\x01\x00", 3 }, /* a long tag */
	};
	struct span s;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s = span_of(bad[i].bytes, bad[i].len);
		der_take(&s, DER_SEQUENCE);
		OK(span_bad(&s));
	}
	s = span_of("\x02\x02\x00\x80\x02\x01\x05", 7);
	EQ_INT(der_take_small(&s, 0x80), 0x80);
	EQ_INT(der_take_small(&s, 4), 0);
	OK(span_bad(&s));
	s = span_of("\x02\x02\x00\x7f", 4);
	der_take_unsigned(&s);
	OK(span_bad(&s));
	s = span_of("\x02\x01\xff", 3);
	der_take_unsigned(&s);
	OK(span_bad(&s));
	s = span_of("\x03\x02\x01\xfe", 4);
	der_take_bits(&s);
	OK(span_bad(&s));
}

TEST(times_are_seconds_from_1970)
{
	static const struct {
		const char *der;
		int64_t seconds;
	} good[] = {
		{ "\x17\x0d"
		  "700101000000Z",
		    0 },
		{ "\x17\x0d"
		  "491231235959Z",
		    2524607999 },
		{ "\x17\x0d"
		  "500101000000Z",
		    -631152000 },
		{ "\x18\x0f"
		  "20000229120000Z",
		    951825600 },
		{ "\x18\x0f"
		  "23881223155239Z",
		    13221676359 },
	};
	static const char *const bad[] = {
		"\x17\x0d"
		"701301000000Z",
		"\x17\x0d"
		"700100000000Z",
		"\x17\x0d"
		"700101240000Z",
		"\x17\x0d"
		"70010100000aZ",
		"\x17\x0c"
		"700101000000",
		"\x18\x13"
		"20000229120000+0100",
	};
	struct span s;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		s = text_span(good[i].der);
		EQ_INT(der_take_time(&s), good[i].seconds);
		OK(!span_bad(&s));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s = text_span(bad[i]);
		der_take_time(&s);
		OK(span_bad(&s));
	}
}

TEST(identifiers_have_a_text)
{
	char text[DER_OID_TEXT];

	der_oid_text(span_of("\x2a\x86\x48\xce\x3d\x03\x01\x07", 8), text);
	EQ_STR(text, "1.2.840.10045.3.1.7");
	der_oid_text(span_of("\x88\x37\x03", 3), text);
	EQ_STR(text, "2.999.3");
	der_oid_text(span_of("", 0), text);
	EQ_STR(text, "?");
	der_oid_text(span_of("\xff", 1), text);
	EQ_STR(text, "?");
}

TEST(pem_blocks_are_found_one_after_the_other)
{
	struct span s = text_span("text\n-----BEGIN A-----\r\nAAEC\r\n"
				  "-----END A-----\n\n-----BEGIN B C-----\n"
				  "-----END B C-----");
	char label[PEM_LABEL];
	struct buf der;

	buf_init(&der, 100);
	OK(pem_is(s));
	EQ_INT(pem_next(&s, label, &der, &e), 1);
	EQ_STR(label, "A");
	EQ_INT(der.len, 3);
	EQ_MEM(der.p, "\0\1\2", 3);
	EQ_INT(pem_next(&s, label, &der, &e), 1);
	EQ_STR(label, "B C");
	EQ_INT(der.len, 0);
	EQ_INT(pem_next(&s, label, &der, &e), 0);
	buf_release(&der);
}

TEST(pem_refusals_name_the_block)
{
	static const struct {
		const char *text;
		const char *reason;
	} cases[] = {
		{ "-----BEGIN A----\n", "PEM: malformed BEGIN line" },
		{ "-----BEGIN A-----\nAAEC\n", "PEM: 'A' has no END line" },
		{ "-----BEGIN A-----\nAAEC\n-----END B-----",
		    "PEM: 'A' has no END line" },
		{ "-----BEGIN A-----\nAA*C\n-----END A-----",
		    "PEM: 'A' is not base64" },
		{ "-----BEGIN A-----\nProc-Type: 4\n\nAAEC\n"
		  "-----END A-----",
		    "PEM: 'A' has headers: an encrypted key" },
	};
	char label[PEM_LABEL];
	struct buf der;

	buf_init(&der, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span s = text_span(cases[i].text);

		EQ_INT(pem_next(&s, label, &der, &e), -1);
		EQ_STR(e.msg, cases[i].reason);
	}
	buf_release(&der);
}

/* SEC 1 and PKCS#8 forms of the number on P-256 (RFC 6979, A.2.5). */
static const char number[] =
    "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
static const char sec1_front[] = "30310201010420";
static const char sec1_curve[] = "a00a06082a8648ce3d030107";
static const char pkcs8_front[] = "304102010030130607"
				  "2a8648ce3d020106082a8648ce3d030107"
				  "0427"
				  "302502010104"
				  "20";

static size_t
put_hex(uint8_t *p, size_t at, const char *hex)
{
	size_t len = strlen(hex) / 2;

	EQ_INT(hex_decode(hex, strlen(hex), p + at, len), 0);
	return at + len;
}

TEST(private_keys_are_read_in_both_forms)
{
	uint8_t sec1[100], pkcs8[100], x[32];
	struct eckey a, b;
	size_t n, m;

	n = put_hex(sec1, 0, sec1_front);
	n = put_hex(sec1, n, number);
	n = put_hex(sec1, n, sec1_curve);
	m = put_hex(pkcs8, 0, pkcs8_front);
	m = put_hex(pkcs8, m, number);
	EQ_INT(eckey_parse(ECKEY_P256, sec1, n, &a, &e), 0);
	EQ_INT(eckey_parse(ECKEY_P256, pkcs8, m, &b, &e), 0);
	EQ_MEM(&a.pub, &b.pub, sizeof(a.pub));
	put_hex(x, 0,
	    "60fed4ba255a9d31c961eb74c6356d68"
	    "c049b8923b61fa6ce669622e60f29fb6");
	EQ_MEM(a.pub.p + 1, x, sizeof(x));
	for (size_t i = 0; i < n; i++)
		EQ_INT(eckey_parse(ECKEY_P256, sec1, i, &a, &e), -1);
	for (size_t i = 0; i < m; i++)
		EQ_INT(eckey_parse(ECKEY_P256, pkcs8, i, &a, &e), -1);
	EQ_INT(eckey_parse(ECKEY_P384, sec1, n, &a, &e), -1);
	EQ_STR(e.msg, "the key is on P-256, P-384 is needed");
	memset(sec1 + 7, 0xff, 32);
	EQ_INT(eckey_parse(ECKEY_P256, sec1, n, &a, &e), -1);
	EQ_STR(e.msg, "the private number is not between 1 and the order of "
		      "P-256");
	memset(sec1 + 7, 0, 32);
	EQ_INT(eckey_parse(ECKEY_P256, sec1, n, &a, &e), -1);
}

TEST(numbers_end_at_the_order)
{
	uint8_t d[ECKEY_LEN_MAX];
	struct eckey k;

	put_hex(d, 0,
	    "01ffffffffffffffffffffffffffffffffffffffffffffffffff"
	    "fffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5"
	    "c9b8899c47aebb6fb71e91386409");
	EQ_INT(eckey_init(ECKEY_P521, d, &k, &e), -1);
	d[65]--;
	EQ_INT(eckey_init(ECKEY_P521, d, &k, &e), 0);
}

TEST(points_are_checked)
{
	uint8_t p[ECKEY_POINT_MAX], d[66] = { 0 };
	struct ecpoint pt;
	struct eckey k;

	d[65] = 7;
	EQ_INT(eckey_init(ECKEY_P521, d, &k, &e), 0);
	memcpy(p, k.pub.p, sizeof(p));
	EQ_INT(ecpoint_parse(ECKEY_P521, p, sizeof(p), &pt, &e), 0);
	EQ_INT(ecpoint_parse(ECKEY_P521, p, sizeof(p) - 1, &pt, &e), -1);
	EQ_STR(e.msg, "not a point of P-521");
	p[132] ^= 1;
	EQ_INT(ecpoint_parse(ECKEY_P521, p, sizeof(p), &pt, &e), -1);
	EQ_STR(e.msg, "the point is not on P-521");
	p[0] = 2;
	EQ_INT(ecpoint_parse(ECKEY_P521, p, 67, &pt, &e), -1);
	EQ_STR(e.msg, "compressed P-521 point");
}

TEST(a_host_key_document_is_read)
{
	struct span list, der;
	struct ecpoint pt;
	struct x509 c;
	struct buf b;
	char name[96];

	buf_init(&b, 10000);
	EQ_INT(x509_collect(text_span(host_pem), false, &b, &e), 0);
	list = span_of(b.p, b.len);
	OK(x509_next(&list, &der));
	EQ_INT(x509_parse(der, &c, &e), 0);
	OK(!x509_next(&list, &der));
	EQ_INT(x509_point(&c.key, ECKEY_P521, &pt, &e), 0);
	EQ_INT(x509_point(&c.key, ECKEY_P384, &pt, &e), -1);
	EQ_STR(e.msg, "the key is on P-521, P-384 is needed");
	x509_common_name(c.subject, name);
	EQ_STR(name, "International Business Machines Corporation");
	OK(c.not_before < c.not_after);
	EQ_INT(x509_check_period(c.not_before, c.not_after, c.not_after, &e),
	    0);
	EQ_INT(
	    x509_check_period(c.not_before, c.not_after, c.not_after + 1, &e),
	    -1);
	EQ_STR(e.msg, "expired");
	EQ_INT(
	    x509_check_period(c.not_before, c.not_after, c.not_before - 1, &e),
	    -1);
	EQ_STR(e.msg, "not valid yet");
	EQ_INT(x509_verify(&c.s, &c.key, &e), -1);
	EQ_INT(e.code, ERR_DENIED);
	for (size_t i = 0; i < b.len; i++)
		EQ_INT(x509_parse(span_of(b.p, i), &c, &e), -1);
	EQ_INT(x509_collect(text_span(host_pem), true, &b, &e), -1);
	EQ_STR(e.msg, "no X509 CRL in it");
	buf_release(&b);
}

TAP_MAIN
