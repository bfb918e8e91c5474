#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "measurements/kata/known.h"
#include "tests/lib/tap.h"

static char said[4][KATA_FINDING_MAX];
static size_t n_said;

static void
say(void *ctx, const char *text)
{
	(void)ctx;
	if (n_said < 4)
		snprintf(said[n_said], sizeof(said[0]), "%s", text);
	n_said++;
}

static size_t
check(const char *text, enum kata_runtime r)
{
	struct kata_doc doc = { .path = "f" };
	struct arena a;
	struct err e;
	size_t n;

	n_said = 0;
	arena_init(&a, 1 << 20);
	EQ_INT(toml_parse(text, strlen(text), &a, &doc.root, &e), 0);
	n = kata_known_check(&doc, r, say, NULL);
	arena_release(&a);
	EQ_INT(n, n_said);
	return n;
}

TEST(has_nothing_to_say_of_known_options)
{
	static const char go[] =
	    "[hypervisor.qemu]\nkernel = \"\"\nseccompsandbox = \"\"\n"
	    "[[hypervisor.qemu.guest_extension_images]]\nname = \"gpu\"\n"
	    "path = \"/x\"\nverity_params = \"\"\n"
	    "[factory]\nenable_template = false\n"
	    "[agent.kata]\ndial_timeout = 1\n[runtime]\nenable_pprof = true\n";
	static const char rs[] =
	    "[hypervisor.clh]\nvm_rootfs_driver = \"\"\n"
	    "[hypervisor.clh.factory]\ntemplate_path = \"/x\"\n"
	    "[agent.kata]\ndial_timeout_ms = 1\n"
	    "[agent.kata.mem_agent]\nmem_agent_enable = false\n"
	    "[runtime]\nname = \"x\"\n";

	EQ_INT(check("", KATA_GO), 0);
	EQ_INT(check(go, KATA_GO), 0);
	EQ_INT(check(rs, KATA_RS), 0);
	EQ_INT(check(go, KATA_GUESS), 0);
	EQ_INT(check(rs, KATA_GUESS), 0);
}

TEST(names_line_option_and_what_was_meant)
{
	EQ_INT(check("[hypervisor.qemu]\n\nkernel_parms = \"\"\n", KATA_GO), 1);
	EQ_STR(said[0],
	    "f: line 3: [hypervisor.qemu] 'kernel_parms': no option of Kata "
	    "4.1's Go runtime; did you mean kernel_params?");
	EQ_INT(check("[agent.kata]\nsomething_else = 1\n", KATA_GUESS), 1);
	EQ_STR(said[0],
	    "f: line 2: [agent.kata] 'something_else': no option of Kata 4.1");
}

TEST(tells_the_runtimes_apart)
{
	EQ_INT(check("[agent.kata]\ndial_timeout = 1\n", KATA_RS), 1);
	EQ_INT(check("[agent.kata]\ndial_timeout_ms = 1\n", KATA_GO), 1);
	EQ_INT(check("[factory]\nenable_template = true\n", KATA_RS), 1);
	/* What runtime-rs's own configuration-remote.toml has. */
	EQ_INT(check("[hypervisor.remote]\nremote_hypervisor_socket = \"\"\n",
		   KATA_RS),
	    1);
	EQ_INT(check("[hypervisor.remote]\nremote_hypervisor_socket = \"\"\n",
		   KATA_GO),
	    0);
}

TEST(looks_into_every_table)
{
	EQ_INT(check("x = 1\n[hypervisors.qemu]\na = 1\n", KATA_GUESS), 2);
	EQ_STR(said[1],
	    "f: line 2: 'hypervisors': no option of Kata 4.1; did you mean "
	    "hypervisor?");
	EQ_INT(check("[hypervisor.qemuu]\nkernel = \"\"\n", KATA_GUESS), 1);
	EQ_STR(said[0],
	    "f: line 1: [hypervisor.qemuu]: no hypervisor of Kata 4.1");
	EQ_INT(check("[hypervisor.clh.factory]\na = 1\n[agent.kata.mem_agent]\n"
		     "b = 1\n[[hypervisor.clh.guest_extension_images]]\n"
		     "name = \"x\"\nverity = \"\"\n[runtime]\nc = 1\n",
		   KATA_RS),
	    4);
	/* A value where a table should be is somebody else's to refuse. */
	EQ_INT(check("hypervisor = 1\nagent = 2\nruntime = 3\n", KATA_RS), 0);
	EQ_INT(check("[hypervisor]\nqemu = 1\n", KATA_RS), 0);
}

TEST(survives_long_names)
{
	char text[4096] = "[hypervisor.qemu]\n";

	memset(text + strlen(text), 'k', 3000);
	strcat(text, " = 1\n");
	EQ_INT(check(text, KATA_GUESS), 1);
}

TAP_MAIN
