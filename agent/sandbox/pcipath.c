#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "sandbox/pcipath.h"

enum {
	SLOT_END = 0x20,
	BUS_NAME_MAX = 16
};

#define ROOT_BUS "0000:00"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One "SS" or "SS.F" at *s, which moves behind it. */
static int
parse_slot(const char **s, struct pcipath *p)
{
	int high = hex_digit((*s)[0]);
	int low = high < 0 ? -1 : hex_digit((*s)[1]);
	int function = 0;

	if (low < 0 || high * 16 + low >= SLOT_END)
		return -1;
	*s += 2;
	if (**s == '.') {
		function = hex_digit((*s)[1]);
		if (function < 0 || function > 7)
			return -1;
		*s += 2;
	}
	p->at[p->n].slot = (uint8_t)(high * 16 + low);
	p->at[p->n].function = (uint8_t)function;
	p->n++;
	return 0;
}

int
pcipath_parse(const char *s, struct pcipath *ret, struct err *e)
{
	struct pcipath p = { .n = 0 };
	const char *at = s;

	for (;;) {
		if (p.n == PCIPATH_DEPTH_MAX)
			return err_set(e, ERR_LIMIT,
			    "PCI path %s has more than %d slots", STR_QUOTED(s),
			    PCIPATH_DEPTH_MAX);
		if (parse_slot(&at, &p) < 0 || (*at != '\0' && *at != '/'))
			return err_set(e, ERR_SYNTAX,
			    "%s is not a PCI path such as '02/00'",
			    STR_QUOTED(s));
		if (*at++ == '\0')
			break;
	}
	*ret = p;
	return 0;
}

/* "0000:01": four digits, a colon, two digits. */
static bool
is_bus(const char *s)
{
	for (int i = 0; i < 7; i++) {
		if (i == 4 ? s[i] != ':' : hex_digit(s[i]) < 0)
			return false;
	}
	return s[7] == '\0';
}

/* The name of the bus behind the bridge at dir: its one entry of pci_bus. */
static int
secondary_bus(const char *dir, char *dst, size_t size)
{
	char path[512];
	struct dirent *de;
	bool found = false;
	DIR *d;

	if (str_format(path, sizeof(path), "%s/pci_bus", dir) < 0)
		return -1;
	d = opendir(path);
	if (d == NULL)
		return -1;
	while (!found && (de = readdir(d)) != NULL)
		found =
		    is_bus(de->d_name) && str_copy(dst, size, de->d_name) == 0;
	closedir(d);
	return found ? 0 : -1;
}

int
pcipath_resolve(const struct pcipath *p, const char *root, char *dst,
    size_t size, struct err *e)
{
	char dir[512], next[512], bus[BUS_NAME_MAX] = ROOT_BUS;

	if (str_copy(dir, sizeof(dir), root) < 0)
		return err_set(e, ERR_LIMIT, "path %s", STR_QUOTED(root));
	for (size_t i = 0; i < p->n; i++) {
		if (i > 0 && secondary_bus(dir, bus, sizeof(bus)) < 0)
			return err_set(e, ERR_UNAVAILABLE,
			    "no bus behind the bridge %s", STR_QUOTED(dir));
		if (str_format(next, sizeof(next), "%s/%s:%02x.%x", dir, bus,
			p->at[i].slot, p->at[i].function) < 0)
			return err_set(e, ERR_LIMIT, "path %s",
			    STR_QUOTED(dir));
		memcpy(dir, next, sizeof(dir));
		if (access(dir, F_OK) < 0)
			return err_set(e, ERR_UNAVAILABLE, "no device at %s",
			    STR_QUOTED(dir));
	}
	if (str_copy(dst, size, dir) < 0)
		return err_set(e, ERR_LIMIT, "path %s", STR_QUOTED(dir));
	return 0;
}
