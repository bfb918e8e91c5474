#include "rpc/status.h"
#include "tests/lib/tap.h"

TEST(maps_every_code)
{
	static const int rows[][2] = {
		{ ERR_NONE, 0 },
		{ ERR_SYNTAX, 3 },
		{ ERR_ARGUMENT, 3 },
		{ ERR_UNSUPPORTED, 12 },
		{ ERR_UNIMPLEMENTED, 12 },
		{ ERR_LIMIT, 8 },
		{ ERR_SYSTEM, 13 },
		{ ERR_DENIED, 7 },
		{ ERR_NOT_FOUND, 5 },
		{ ERR_EXISTS, 6 },
		{ ERR_STATE, 9 },
		{ ERR_TIMEOUT, 4 },
		{ ERR_UNAVAILABLE, 14 },
		{ ERR_INTERNAL, 13 },
		{ ERR_INTERNAL + 1, 13 },
	};

	EQ_INT(sizeof(rows) / sizeof(rows[0]), ERR_INTERNAL + 2);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_INT(status_of((enum err_code)rows[i][0]), rows[i][1]);
}

TAP_MAIN
