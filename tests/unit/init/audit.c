#include "init/audit.h"
#include "tests/lib/tap.h"

TEST(reads_a_seccomp_record)
{
	pid_t pid;
	int call;

	EQ_INT(audit_parse("5,403,2717,-;audit: type=1326 "
			   "audit(1700000000.123:3): auid=4294967295 uid=101 "
			   "gid=101 ses=4294967295 subj=unconfined pid=57 "
			   "comm=\"init\" exe=\"/init\" sig=31 arch=c000003e "
			   "syscall=102 compat=0 ip=0x7f code=0x80000000\n",
		   &pid, &call),
	    0);
	EQ_INT(pid, 57);
	EQ_INT(call, 102);
}

TEST(refuses_other_lines)
{
	static const char *const rows[] = {
		"",
		"audit: type=1400 pid=1 syscall=2",
		"audit: type=1326 audit(1): syscall=2",
		"audit: type=1326 audit(1): pid=3",
		"audit: type=1326 audit(1): pid= syscall=2",
		"audit: type=1326 audit(1): pid=x syscall=2",
		"audit: type=1326 audit(1): pid=99999999999 syscall=2",
		"audit: type=1326 audit(1): pid=9999999999999999 syscall=2",
		"audit: type=1326 audit(1): ppid=1 xsyscall=2",
		"type=1326 pid=1 syscall=2",
	};
	pid_t pid = 7;
	int call = 8;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_INT(audit_parse(rows[i], &pid, &call), -1);
	EQ_INT(pid, 7);
	EQ_INT(call, 8);
}

TAP_MAIN
