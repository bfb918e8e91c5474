#include "base/arena.h"
#include "base/str.h"
#include "measurements/kata/cmdline.h"
#include "tests/lib/tap.h"

#define GO_HEAD                                                                \
	"tsc=reliable no_timer_check rcupdate.rcu_expedited=1 i8042.direct=1 " \
	"i8042.dumbkbd=1 i8042.nopnp=1 i8042.noaux=1 noreplace-smp reboot=k "  \
	"cryptomgr.notests net.ifnames=0 pci=lastbus=0 "
#define VERITY(r1, r2)                                                         \
	"dm-mod.create=\"dm-verity,,,ro,0 2408 verity 1 " r1 " " r2            \
	" 4096 4096 301 0 sha256 ab cd\" root=/dev/dm-0 "
#define EXT4 "rootflags=data=ordered,errors=remount-ro ro rootfstype=ext4 "
#define SYSTEMD                                                                \
	"systemd.unit=kata-containers.target "                                 \
	"systemd.mask=systemd-networkd.service "                               \
	"systemd.mask=systemd-networkd.socket "
#define CGROUP "cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1"
#define VERITY_PARAMS                                                          \
	"kernel_verity_params = \"root_hash=ab,salt=cd,data_blocks=301,"       \
	"data_block_size=4096,hash_block_size=4096\"\n"

#define GO_TDX                                                                 \
	"[hypervisor.qemu]\n"                                                  \
	"kernel = \"/k\"\nimage = \"/i\"\nfirmware = \"/f\"\n"                 \
	"rootfs_type = \"ext4\"\nconfidential_guest = true\n"                  \
	"kernel_params = \"" CGROUP "\"\n" VERITY_PARAMS                       \
	"block_device_driver = \"virtio-scsi\"\n"                              \
	"default_vcpus = 1\ndefault_memory = 2048\n"                           \
	"disable_image_nvdimm = true\ndisable_guest_selinux = true\n"          \
	"[agent.kata]\nlaunch_process_timeout = 6\ndial_timeout = 60\n"        \
	"[runtime]\nstatic_sandbox_resource_mgmt = true\n"

#define GO_COCO_DEV                                                            \
	"[hypervisor.qemu]\n"                                                  \
	"kernel = \"/k\"\nimage = \"/i\"\n" VERITY_PARAMS                      \
	"kernel_params = \"\"\ndisable_guest_selinux = true\n"                 \
	"[agent.kata]\nlaunch_process_timeout = 6\ncdh_api_timeout = 50\n"     \
	"[runtime]\nstatic_sandbox_resource_mgmt = true\n"

#define RS_TDX                                                                 \
	"[hypervisor.qemu]\n"                                                  \
	"kernel = \"/k\"\nimage = \"/i\"\nfirmware = \"/f\"\n"                 \
	"confidential_guest = true\nvm_rootfs_driver = \"virtio-blk-pci\"\n"   \
	"kernel_params = \"" CGROUP "\"\n" VERITY_PARAMS                       \
	"disable_guest_selinux = true\n"                                       \
	"[agent.kata]\nlaunch_process_timeout = 6\ndial_timeout_ms = 100\n"    \
	"cdh_api_timeout_ms = 50000\n"                                         \
	"[runtime]\nname = \"virt_container\"\n"                               \
	"hypervisor_name = \"qemu\"\nagent_name = \"kata\"\n"                  \
	"[[hypervisor.qemu.guest_extension_images]]\nname = \"coco\"\n"        \
	"path = \"/e\"\nverity_params = \"root_hash=H,salt=S,data_blocks=7,"   \
	"data_block_size=4096,hash_block_size=4096\"\n"

/* The command line by two documents, of which the second may be "". */
static const char *
line(const char *main_text, const char *drop_in, uint32_t vcpus)
{
	static char text[8192];
	struct kata_doc docs[2] = { { "main", NULL }, { "drop-in", NULL } };
	struct arena a;
	struct buf b;
	struct kata_config c;
	struct err e;

	arena_init(&a, 1024 * 1024);
	buf_init(&b, 64 * 1024);
	e.msg[0] = '\0';
	if (toml_parse(main_text, strlen(main_text), &a, &docs[0].root, &e) <
		0 ||
	    toml_parse(drop_in, strlen(drop_in), &a, &docs[1].root, &e) < 0 ||
	    kata_config_read(docs, 2, KATA_GUESS, &a, &c, &e) < 0 ||
	    kata_cmdline(&c, vcpus, &b, &e) < 0) {
		buf_clear(&b);
		buf_add_str(&b, e.msg);
	}
	snprintf(text, sizeof(text), "%s", buf_str(&b));
	arena_release(&a);
	buf_release(&b);
	return text;
}

TEST(is_what_the_go_runtime_passes_to_a_tdx_and_snp_guest)
{
	EQ_STR(line(GO_TDX, "", 1),
	    GO_HEAD VERITY("/dev/vda1", "/dev/vda2") EXT4
	    "console=hvc0 console=hvc1 quiet "
	    "systemd.show_status=false panic=1 selinux=0 " SYSTEMD
	    "scsi_mod.scan=none agent.launch_process_timeout=6 " CGROUP);
}

TEST(is_what_the_go_runtime_passes_with_an_initrd)
{
	EQ_STR(line(GO_TDX,
		   "[hypervisor.qemu]\nimage = \"\"\n"
		   "initrd = \"/r\"\nkernel_verity_params = \"\"\n",
		   1),
	    GO_HEAD
	    "console=hvc0 console=hvc1 quiet panic=1 selinux=0 "
	    "scsi_mod.scan=none agent.launch_process_timeout=6 " CGROUP);
}

TEST(is_what_the_go_runtime_passes_to_a_guest_without_tee)
{
	EQ_STR(line(GO_COCO_DEV, "", 3),
	    GO_HEAD VERITY("/dev/pmem0p1", "/dev/pmem0p2") EXT4
	    "console=hvc0 console=hvc1 quiet "
	    "systemd.show_status=false panic=1 nr_cpus=3 "
	    "selinux=0 " SYSTEMD "scsi_mod.scan=none "
	    "agent.cdh_api_timeout=50 "
	    "agent.launch_process_timeout=6");
}

TEST(is_what_the_go_runtime_passes_for_debugging)
{
	EQ_STR(line(GO_TDX,
		   "[hypervisor.qemu]\nenable_debug = true\n"
		   "kernel_params = \"" CGROUP
		   " agent.log=debug initcall_debug\"\n"
		   "rootfs_type = \"erofs\"\nenable_iommu = true\n"
		   "[agent.kata]\nenable_debug = true\n"
		   "debug_console_enabled = true\n",
		   1),
	    GO_HEAD "intel_iommu=on iommu=pt " VERITY("/dev/vda1",
		"/dev/vda2") "rootflags=ro rootfstype=erofs console=hvc0 "
			     "console=hvc1 debug "
			     "systemd.show_status=true systemd.log_level=debug "
			     "panic=1 "
			     "selinux=0 " SYSTEMD
			     "scsi_mod.scan=none agent.log=debug "
			     "agent.debug_console "
			     "agent.debug_console_vport=1026 "
			     "agent.launch_process_timeout=6 " CGROUP
			     " agent.log=debug initcall_debug");
}

TEST(is_what_runtime_rs_passes_to_a_tdx_and_snp_guest)
{
	EQ_STR(line(RS_TDX, "", 1),
	    "reboot=k panic=1 " SYSTEMD VERITY("/dev/vda1", "/dev/vda2") EXT4
	    "agent.cdh_api_timeout=50 agent.launch_process_timeout=6 " CGROUP
	    " selinux=0 kata.extension.coco.verity_params="
	    "root_hash=H,salt=S,data_blocks=7,data_block_size=4096,"
	    "hash_block_size=4096 console=hvc0");
}

TEST(is_what_runtime_rs_passes_with_an_initrd_and_a_memory_agent)
{
	EQ_STR(line(RS_TDX,
		   "[hypervisor.qemu]\nimage = \"\"\ninitrd = \"/r\"\n"
		   "guest_extension_images = []\nenable_debug = true\n"
		   "[agent.kata]\ncdh_api_timeout_ms = 1500\n"
		   "[agent.kata.mem_agent]\nenable = true\n"
		   "memcg_swap = true\ncompact_order = 9\n",
		   1),
	    "reboot=k panic=1 " SYSTEMD "agent.log_vport=1025 "
	    "agent.cdh_api_timeout=1 agent.launch_process_timeout=6 "
	    "agent.mem_agent_compact_order=9 agent.mem_agent_enable=1 "
	    "agent.mem_agent_memcg_swap=true psi=1 " CGROUP
	    " selinux=0 console=hvc0");
}

/* configuration-qemu-se.toml and the other runtime's, of Kata 4.1. */
#define GO_SE                                                                  \
	"[hypervisor.qemu]\n"                                                  \
	"kernel = \"/k\"\nmachine_type = \"s390-ccw-virtio\"\n"                \
	"confidential_guest = true\nkernel_params = \"" CGROUP "\"\n"          \
	"block_device_driver = \"virtio-scsi\"\n"                              \
	"disable_image_nvdimm = true\ndisable_guest_selinux = true\n"          \
	"[agent.kata]\nlaunch_process_timeout = 6\ndial_timeout = 90\n"        \
	"[runtime]\nstatic_sandbox_resource_mgmt = true\n"

#define RS_SE                                                                  \
	"[hypervisor.qemu]\n"                                                  \
	"kernel = \"/k\"\nmachine_type = \"s390-ccw-virtio\"\n"                \
	"confidential_guest = true\nvm_rootfs_driver = \"virtio-blk-ccw\"\n"   \
	"kernel_params = \"" CGROUP "\"\ndisable_guest_selinux = true\n"       \
	"[agent.kata]\nlaunch_process_timeout = 6\ndial_timeout_ms = 100\n"    \
	"cdh_api_timeout_ms = 50000\n"                                         \
	"[runtime]\nname = \"virt_container\"\n"                               \
	"hypervisor_name = \"qemu\"\nagent_name = \"kata\"\n"

TEST(is_what_both_runtimes_pass_to_a_secure_execution_guest)
{
	EQ_STR(line(GO_SE, "", 1), "quiet panic=1 selinux=0 scsi_mod.scan=none "
				   "agent.launch_process_timeout=6 " CGROUP);
	EQ_STR(line(RS_SE, "", 1),
	    "panic=1 agent.cdh_api_timeout=50 "
	    "agent.launch_process_timeout=6 " CGROUP " selinux=0 console=hvc0");
	EQ_STR(line(RS_SE,
		   "[hypervisor.qemu]\nkernel_params = \"a reboot=x root=y "
		   "rootfstype systemd.unit=z b=1\"\n",
		   1),
	    "panic=1 agent.cdh_api_timeout=50 "
	    "agent.launch_process_timeout=6 a b=1 selinux=0 console=hvc0");
	EQ_STR(line(RS_SE, "[hypervisor.qemu]\n" VERITY_PARAMS, 1),
	    "kernel_verity_params: an image of Secure Execution holds its "
	    "root file system");
}

TEST(is_what_the_go_runtime_passes_on_s390x_without_tee)
{
	EQ_STR(line(GO_SE,
		   "[hypervisor.qemu]\nconfidential_guest = false\n"
		   "image = \"/i\"\n" VERITY_PARAMS,
		   2),
	    VERITY("/dev/vda1", "/dev/vda2") EXT4
	    "quiet systemd.show_status=false panic=1 nr_cpus=2 "
	    "selinux=0 " SYSTEMD
	    "scsi_mod.scan=none agent.launch_process_timeout=6 " CGROUP);
}

TEST(an_extension_without_parameters_is_a_bare_key)
{
	EQ_STR(line("[hypervisor.qemu]\nconfidential_guest = true\n"
		    "initrd = \"/r\"\nblock_device_driver = \"virtio-blk\"\n"
		    "[[hypervisor.qemu.guest_extension_images]]\n"
		    "name = \"gpu\"\n",
		   "", 1),
	    GO_HEAD "console=hvc0 console=hvc1 quiet panic=1 selinux=1 "
		    "kata.extension.gpu.verity_params");
}

TEST(parameters_of_the_user_are_split_as_kata_splits_them)
{
	EQ_STR(line("[hypervisor.qemu]\nconfidential_guest = true\n"
		    "initrd = \"/r\"\nblock_device_driver = \"virtio-blk\"\n"
		    "use_legacy_serial = true\n"
		    "kernel_params = '  a=1  b=  c=\"x y\"\t d'\n",
		   "", 1),
	    GO_HEAD "console=ttyS0 quiet panic=1 selinux=1 a=1 b c=\"x y\" d");
}

/* Lines of [hypervisor.qemu] as one document without a header. */
static void
in_qemu(const char *lines, char *dst, size_t size)
{
	size_t at = 0;

	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		at += (size_t)snprintf(dst + at, size - at,
		    "hypervisor.qemu.%.*s\n", (int)len, lines);
		lines += len + 1;
	}
}

TEST(refuses_what_kata_refuses)
{
	static const char head[] = "[hypervisor.qemu]\n"
				   "confidential_guest = true\n";
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "kernel_params = 1\n",
		    "'drop-in': line 1: kernel_params: an integer" },
		{ "kernel_params = \"=x\"\n", "kernel_params: '=x' has no" },
		{ "image = \"i\"\ninitrd = \"r\"\n", "both an image and" },
		{ "image = \"i\"\nrootfs_type = \"fat\"\n",
		    "rootfs_type 'fat'" },
		{ "image = \"i\"\nkernel_verity_params = \"x\"\n",
		    "kernel_verity_params: 'x'" },
		{ "image = \"i\"\nkernel_verity_params = \"root_hash=a\"\n",
		    "kernel_verity_params: root_hash, salt" },
		{ "image = \"i\"\nkernel_verity_params = "
		  "\"data_block_size=4095\"\n",
		    "kernel_verity_params: data_block_size='4095'" },
		{ "default_vcpus = \"1\"\n",
		    "'drop-in': line 1: default_vcpus: a string" },
		{ "default_memory = -1\n",
		    "'drop-in': line 1: default_memory: an int" },
		{ "guest_extension_images = [ { name = \"a b\" } ]\n",
		    "'drop-in': line 1: guest_extension_images: name 'a b'" },
		{ "vm_rootfs_driver = \"virtio-scsi\"\n",
		    "vm_rootfs_driver 'virtio-scsi'" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char drop_in[512];

		in_qemu(rows[i].text, drop_in, sizeof(drop_in));
		printf("# %s", rows[i].text);
		EQ_INT(strncmp(line(head, drop_in, 1), rows[i].want,
			   strlen(rows[i].want)),
		    0);
	}
	EQ_STR(line("[hypervisor.dragonball]\n", "", 1),
	    "no [hypervisor.qemu] or [hypervisor.clh]: only their command "
	    "lines are known");
	EQ_STR(line("[hypervisor.clh]\n[hypervisor.qemu]\n", "", 1),
	    "[hypervisor.qemu] and [hypervisor.clh]: only one is started, and "
	    "no hypervisor_name says which");
	EQ_STR(line("[hypervisor.clh]\n[runtime]\n"
		    "hypervisor_name = \"remote\"\n",
		   "", 1),
	    "hypervisor_name 'remote': only qemu and clh are known");
}

#define CLH_ROOT                                                               \
	"root=/dev/vda1 rootflags=data=ordered,errors=remount-ro ro "          \
	"rootfstype=ext4 "
#define CLH_SYSTEMD                                                            \
	"systemd.unit=kata-containers.target "                                 \
	"systemd.mask=systemd-networkd.service "                               \
	"systemd.mask=systemd-networkd.socket"

TEST(cloud_hypervisor_by_go)
{
	static const char head[] = "[hypervisor.clh]\nimage = \"i\"\n"
				   "block_device_driver = \"virtio-blk\"\n"
				   "kernel_params = \"a=1\"\n";

	EQ_STR(line(head, "", 1), CLH_ROOT
	    "panic=1 no_timer_check noreplace-smp quiet " CLH_SYSTEMD " a=1");
	EQ_STR(line(head,
		   "[hypervisor.clh]\nconfidential_guest = true\n"
		   "enable_debug = true\nenable_iommu = true\n",
		   1),
	    CLH_ROOT "panic=1 no_timer_check noreplace-smp iommu=pt "
		     "console=hvc0 systemd.log_target=console " CLH_SYSTEMD
		     " a=1");
	EQ_STR(line(head,
		   "[hypervisor.clh]\nenable_debug = true\nimage = \"\"\n"
		   "initrd = \"r\"\n[agent.kata]\ncdh_api_timeout = 50\n",
		   1),
	    CLH_ROOT "panic=1 no_timer_check noreplace-smp "
		     "console=ttyS0,115200n8 systemd.log_target=console "
		     "agent.cdh_api_timeout=50 a=1");
}

TEST(cloud_hypervisor_by_runtime_rs)
{
	static const char head[] =
	    "[hypervisor.clh]\nimage = \"i\"\nvm_rootfs_driver = \"x\"\n"
	    "kernel_params = \"a=1\"\n[runtime]\n"
	    "hypervisor_name = \"clh\"\nagent_name = \"kata\"\n"
	    "[agent.kata]\ncontainer_pipe_size = 2\n"
	    "cdh_api_timeout_ms = 0\n";

	EQ_STR(line(head, "", 1),
	    "reboot=k panic=1 " CLH_SYSTEMD " quiet " CLH_ROOT
	    "no_timer_check noreplace-smp systemd.log_target=console "
	    "agent.container_pipe_size=2 a=1");
	EQ_STR(line(head,
		   "[hypervisor.clh]\nenable_debug = true\n"
		   "confidential_guest = true\n",
		   1),
	    "reboot=k panic=1 " CLH_SYSTEMD " agent.log_vport=1025 "
	    "console=hvc0 " CLH_ROOT
	    "no_timer_check noreplace-smp systemd.log_target=console "
	    "agent.container_pipe_size=2 a=1");
}

TAP_MAIN
