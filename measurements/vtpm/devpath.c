#include <string.h>

#include "base/str.h"
#include "measurements/vtpm/devpath.h"

enum {
	ACPI_LEN = 12,
	PCI_LEN = 6,
	END_LEN = 4
};

/* Step over the text; false when it is not there. */
static bool
take(const char **s, const char *text)
{
	if (!str_starts(*s, text))
		return false;
	*s += strlen(text);
	return true;
}

/* One or two hexadecimal digits after 0x. */
static bool
take_number(const char **s, uint8_t *ret_v)
{
	static const char digits[] = "0123456789abcdef";
	unsigned v = 0, n = 0;

	if (!take(s, "0x"))
		return false;
	for (; **s != '\0' && n < 2; (*s)++, n++) {
		char c = **s >= 'A' && **s <= 'F' ? (char)(**s + 32) : **s;
		const char *at = strchr(digits, c);

		if (at == NULL)
			break;
		v = v * 16 + (unsigned)(at - digits);
	}
	*ret_v = (uint8_t)v;
	return n > 0;
}

int
devpath_parse(const char *s, struct devpath *ret_d, struct err *e)
{
	/* PNP0A03, and at its end the number of the root. */
	static const uint8_t root[ACPI_LEN] = { 2, 1, ACPI_LEN, 0, 0xd0, 0x41,
		3, 0x0a };
	static const uint8_t end[END_LEN] = { 0x7f, 0xff, END_LEN, 0 };
	const char *at = s;
	struct devpath d = { .len = ACPI_LEN };
	bool good;

	memcpy(d.b, root, sizeof(root));
	good = take(&at, "PciRoot(") && take_number(&at, &d.b[8]) &&
	       take(&at, ")") && *at == '/';
	for (int i = 0; good && i < DEVPATH_PCI_MAX && *at == '/'; i++) {
		uint8_t device = 0, function = 0;
		const uint8_t node[PCI_LEN] = { 1, 1, PCI_LEN };

		good = take(&at, "/Pci(") && take_number(&at, &device) &&
		       take(&at, ",") && take_number(&at, &function) &&
		       take(&at, ")") && device < 32 && function < 8;
		memcpy(d.b + d.len, node, sizeof(node));
		d.b[d.len + 4] = function;
		d.b[d.len + 5] = device;
		d.len += PCI_LEN;
	}
	if (!good || *at != '\0')
		return err_set(e, ERR_ARGUMENT,
		    "%s: not a path such as PciRoot(0x0)/Pci(0x1,0x0)",
		    STR_QUOTED(s));
	memcpy(d.b + d.len, end, sizeof(end));
	d.len += END_LEN;
	*ret_d = d;
	return 0;
}
