/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "fleet/host-sources.h"
#include "host-case.h"
#include "scratch.h"

TestSuite(host_proc, .init = host_case_enter, .fini = host_case_leave);

static void make_proc(const char *version)
{
	scratch_directory(PROC);
	if (version)
		scratch_text(PROC "/version", version);
	scratch_directory(PROC "/gpus");
}

static void make_gpu(const char *address, const char *information)
{
	char path[200];

	snprintf(path, sizeof(path), PROC "/gpus/%s", address);
	scratch_directory(path);
	snprintf(path, sizeof(path), PROC "/gpus/%s/information", address);
	if (information)
		scratch_text(path, information);
}

static const char proprietary[] =
	"NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\n"
	"GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n";
static const char open_module[] =
	"NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  "
	"(dvs-builder@U22-I3-AF03-09-1)  Sun Jul 27 06:54:38 UTC 2025\n"
	"GCC version:  gcc version 13.3.0 (Ubuntu 13.3.0-6ubuntu2~24.04)\n";
static const char information[] = "Model: \t\t NVIDIA A100-SXM4-40GB\n"
				  "IRQ:   \t\t 180\n"
				  "GPU UUID: \t GPU-00000000-0000-0000-0000-000000000000\n";

Test(host_proc, without_a_driver_is_known_to_have_no_gpus)
{
	const struct gb_server *server = host_added(NO_NVML);

	cr_assert(server->gpus_known);
	cr_assert_eq(server->gpu_count, 0);
	expect_span(server->driver, NULL);
	expect_span(server->cuda, NULL);
	expect_span(server->note, "no NVIDIA driver is loaded: NVML (" NO_NVML
				  ") could not be loaded, and " PROC " is not there");
}

Test(host_proc, without_nvml_is_what_the_driver_tells)
{
	const struct gb_server *server;

	make_proc(proprietary);
	make_gpu("0000:01:00.0", information);
	make_gpu("0000:02:00.0", information);
	server = host_added(NO_NVML);
	expect_span(server->driver, "550.54.15");
	expect_span(server->cuda, NULL);
	cr_assert(server->gpus_known);
	cr_assert_eq(server->gpu_count, 1);
	expect_span(server->gpus[0].product, "NVIDIA A100-SXM4-40GB");
	expect_span(server->gpus[0].brand, NULL);
	expect_span(server->gpus[0].arch, NULL);
	expect_span(server->note,
		    "NVML (" NO_NVML ") could not be loaded, and " PROC " does not tell: compute "
		    "capability and brand of the GPUs");
}

Test(host_proc, where_nvml_finds_nothing_is_what_the_driver_tells)
{
	static const struct {
		const char *fail;
		const char *note;
	} table[] = {
		{"nvmlInit_v2:9",
		 "NVML (" NVML ") says \"Driver Not Loaded\", and " PROC " does not tell: compute "
		 "capability and brand of the GPUs"},
		{"nvmlInit_v2:12",
		 "NVML (" NVML ") says \"NVML Shared Library Not Found\", and " PROC
		 " does not tell: compute capability and brand of the GPUs"},
		{"nvmlInit_v2:6",
		 "NVML (" NVML ") says \"Not Found\", and " PROC " does not tell: compute "
		 "capability and brand of the GPUs"},
		{"nvmlInit_v2:28",
		 "NVML (" NVML ") says \"Unknown Error\", and " PROC " does not tell: compute "
		 "capability and brand of the GPUs"},
	};

	make_proc(open_module);
	make_gpu("0000:01:00.0", information);
	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		host_set("GB_NVML_FAIL", table[i].fail);
		expect_span(host_added(NVML)->note, table[i].note);
		expect_span(host_added(NVML)->driver, "580.65.06");
	}
}

Test(host_proc, with_a_driver_and_no_gpu_lacks_nothing)
{
	const struct gb_server *server;

	make_proc(open_module);
	server = host_added(NO_NVML);
	expect_span(server->driver, "580.65.06");
	cr_assert(server->gpus_known);
	cr_assert_eq(server->gpu_count, 0);
	expect_span(server->note, NULL);
}

Test(host_proc, has_unknown_gpus_where_the_driver_lists_none)
{
	const struct gb_server *server;

	scratch_directory(PROC);
	scratch_text(PROC "/version",
		     "NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  540.4.0  Release "
		     "Build  (buildbrain@mobile)  Tue Jan  7 17:35:12 PST 2025\n");
	server = host_added(NO_NVML);
	expect_span(server->driver, "540.4.0");
	cr_assert_not(server->gpus_known);
	expect_span(server->note,
		    "NVML (" NO_NVML ") could not be loaded, and " PROC " does not tell: the GPUs");
}

Test(host_proc, finds_no_version_where_there_is_none)
{
	static const char *const versions[] = {
		NULL,
		"",
		"NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  TempVersion  Release "
		"Build  (x)  Tue Dec 30 15:54:35 PST 2025\n",
		"GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n",
	};

	make_proc(NULL);
	for (size_t i = 0; i < GB_ARRAY_LEN(versions); i++) {
		if (versions[i])
			scratch_text(PROC "/version", versions[i]);
		expect_span(host_added(NO_NVML)->driver, NULL);
		expect_span(host_added(NO_NVML)->note,
			    "NVML (" NO_NVML ") could not be loaded, and " PROC
			    " does not tell: the driver's version");
	}
	make_gpu("0000:01:00.0", information);
	expect_span(host_added(NO_NVML)->note, "NVML (" NO_NVML ") could not be loaded, and " PROC
					       " does not tell: the driver's version, "
					       "compute capability and brand of the GPUs");
}

Test(host_proc, has_gpus_without_a_name)
{
	make_proc(proprietary);
	make_gpu("0000:01:00.0", NULL);
	make_gpu("0000:02:00.0", "Model: \t\t Unknown\n");
	make_gpu("0000:03:00.0", "Model:\n");
	make_gpu("0000:04:00.0", "IRQ:   \t\t 180\n");
	cr_assert_eq(host_added(NO_NVML)->gpu_count, 1);
	expect_span(host_added(NO_NVML)->gpus[0].product, NULL);
}

Test(host_proc, reads_no_more_than_the_beginning_of_a_file)
{
	enum { MANY = 64 * 1024 };
	static char text[MANY + sizeof(proprietary)];
	int length = snprintf(text, sizeof(text), "%s", proprietary);

	memset(text + length, 'x', sizeof(text) - (size_t)length - 1);
	make_proc(text);
	expect_span(host_added(NO_NVML)->driver, "550.54.15");
	memset(text, '\n', MANY);
	snprintf(text + MANY, sizeof(text) - MANY, "%s", proprietary);
	scratch_text(PROC "/version", text);
	expect_span(host_added(NO_NVML)->driver, NULL);
}

Test(host_proc, says_what_it_cannot_read)
{
	scratch_text(PROC, "a file");
	expect_refusal(NO_NVML, "proc: cannot open: Not a directory");
	cr_assert_eq(unlink(PROC), 0);
	scratch_directory(PROC);
	scratch_directory(PROC "/version");
	expect_refusal(NO_NVML, "proc: version: cannot read: Is a directory");
	cr_assert_eq(rmdir(PROC "/version"), 0);
	scratch_symlink("version", PROC "/version");
	expect_refusal(NO_NVML, "proc: version: cannot open: Too many levels of symbolic links");
	cr_assert_eq(unlink(PROC "/version"), 0);
	scratch_text(PROC "/gpus", "a file");
	expect_refusal(NO_NVML, "proc: gpus: cannot open: Not a directory");
	cr_assert_eq(unlink(PROC "/gpus"), 0);
	scratch_directory(PROC "/gpus");
	scratch_text(PROC "/gpus/0000:01:00.0", "a file");
	expect_refusal(NO_NVML, "proc: gpus: 0000:01:00.0: cannot open: Not a directory");
	cr_assert_eq(unlink(PROC "/gpus/0000:01:00.0"), 0);
	make_gpu("0000:02:00.0", NULL);
	scratch_directory(PROC "/gpus/0000:02:00.0/information");
	expect_refusal(NO_NVML, "proc: gpus: 0000:02:00.0: information: cannot read: Is a "
				"directory");
}

Test(host_proc, leaves_no_file_open)
{
	int before = dup(0), after;

	cr_assert_eq(close(before), 0);
	make_proc(proprietary);
	make_gpu("0000:01:00.0", information);
	host_added(NO_NVML);
	scratch_directory(PROC "/gpus/0000:01:00.1");
	scratch_directory(PROC "/gpus/0000:01:00.1/information");
	expect_refusal(NO_NVML, "proc: gpus: 0000:01:00.1: information: cannot read: Is a "
				"directory");
	after = dup(0);
	cr_assert_eq(after, before);
}

Test(host_proc, believes_in_1024_directories_of_gpus_and_no_more)
{
	make_proc(proprietary);
	for (int i = 0; i < GB_HOST_GPUS; i++) {
		char address[16];

		snprintf(address, sizeof(address), "%04x:01:00.0", i);
		make_gpu(address, NULL);
	}
	cr_assert_eq(host_added(NO_NVML)->gpu_count, 1);
	make_gpu("ffff:01:00.0", NULL);
	expect_refusal(NO_NVML, "proc: gpus: more than the 1024 GPUs that a machine may have");
}

Test(host_proc, gets_its_cuda_version_from_the_table_without_nvml)
{
	struct gpubadge_error err = NO_ERROR;
	const struct gb_server *server;

	make_proc(proprietary);
	make_gpu("0000:01:00.0", information);
	server = host_added(NO_NVML);
	cr_assert_eq(gb_fleet_settle(&host_fleet, (struct gb_span){NULL, 0}, &err), GPUBADGE_OK);
	expect_span(server->cuda, "12.4");
	cr_assert(server->cuda_from_table);
}
