/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/host.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "expect.h"
#include "fleet/host-sources.h"
#include "host-case.h"

TestSuite(host, .init = host_case_enter, .fini = host_case_leave);

/* --- the machine itself --- */

Test(host, looks_where_the_driver_puts_things)
{
	expect_text(gb_host_sources.nvml, "libnvidia-ml.so.1");
	expect_text(gb_host_sources.proc, "/proc/driver/nvidia");
}

Test(host, has_the_name_of_the_machine)
{
	char name[256] = "";

	cr_assert_eq(gethostname(name, sizeof(name) - 1), 0);
	expect_span(host_added(NVML)->name, name);
}

Test(host, spells_the_architecture_as_images_do)
{
	static const char *const table[][2] = {{"x86_64", "amd64"},
					       {"aarch64", "arm64"},
					       {"ppc64le", "ppc64le"}};
	struct utsname system;
	const char *wanted = NULL;

	cr_assert_eq(uname(&system), 0);
	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++)
		if (strcmp(table[i][0], system.machine) == 0)
			wanted = table[i][1];
	if (!wanted)
		cr_skip_test("on %s", system.machine);
	expect_span(host_added(NVML)->architecture, wanted);
}

/* --- NVML --- */

Test(host, is_what_nvml_tells)
{
	const struct gb_server *server;

	host_set("GB_NVML_DRIVER", "535.183.06");
	host_set("GB_NVML_CUDA", "12020");
	host_set("GB_NVML_GPUS", "NVIDIA A100-SXM4-40GB|14|8.0");
	server = host_added(NVML);
	expect_span(server->driver, "535.183.06");
	expect_span(server->cuda, "12.2");
	expect_span(server->note, NULL);
	cr_assert(server->gpus_known);
	cr_assert_eq(server->gpu_count, 1);
	expect_span(server->gpus[0].product, "NVIDIA A100-SXM4-40GB");
	expect_span(server->gpus[0].brand, "Nvidia");
	expect_span(server->gpus[0].arch, "8.0");
}

Test(host, has_one_gpu_of_each_kind)
{
	const struct gb_server *server;

	host_set("GB_NVML_GPUS", "Tesla T4|14|7.5;NVIDIA L4|14|8.9;Tesla T4|14|7.5");
	server = host_added(NVML);
	cr_assert_eq(server->gpu_count, 2);
	expect_span(server->gpus[0].product, "NVIDIA L4");
	expect_span(server->gpus[0].arch, "8.9");
	expect_span(server->gpus[1].product, "Tesla T4");
	expect_span(server->gpus[1].arch, "7.5");
}

Test(host, has_no_gpus_where_nvml_counts_none)
{
	const struct gb_server *server = host_added(NVML);

	cr_assert(server->gpus_known);
	cr_assert_eq(server->gpu_count, 0);
	expect_span(server->driver, "550.54.15");
	expect_span(server->note, NULL);
}

/* libnvidia-container, src/driver.c, driver_get_device_brand_1_svc(). */
Test(host, names_brands_as_libnvidia_container_does)
{
	static const char *const words[] = {
		"Unknown",   "Quadro",    "Tesla",  "NVS",        "GRID",     "GeForce",
		"TITAN",     "VApps",     "VPC",    "VCS",        "VWS",      "CloudGaming",
		"QuadroRTX", "NvidiaRTX", "Nvidia", "GeForceRTX", "TitanRTX", "Unknown",
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(words); i++) {
		char gpus[40];
		const struct gb_server *server;

		snprintf(gpus, sizeof(gpus), "A GPU|%zu|8.0", i);
		host_set("GB_NVML_GPUS", gpus);
		server = host_added(NVML);
		cr_assert(gb_span_is(server->gpus[0].brand, words[i]), "%zu: %.*s", i,
			  (int)server->gpus[0].brand.len, server->gpus[0].brand.ptr);
	}
	host_set("GB_NVML_GPUS", "A GPU|4294967295|8.0");
	expect_span(host_added(NVML)->gpus[0].brand, "Unknown");
}

Test(host, reads_cuda_versions_of_two_digits)
{
	host_set("GB_NVML_CUDA", "11080");
	expect_span(host_added(NVML)->cuda, "11.8");
	host_set("GB_NVML_CUDA", "13100");
	expect_span(host_added(NVML)->cuda, "13.10");
	host_set("GB_NVML_CUDA", "0");
	expect_span(host_added(NVML)->cuda, NULL);
	host_set("GB_NVML_CUDA", "-1");
	expect_span(host_added(NVML)->cuda, NULL);
}

Test(host, asks_an_old_driver_for_cuda_by_the_old_name)
{
	host_set("GB_NVML_CUDA", "10020");
	expect_span(host_added(NVML_OLD)->cuda, "10.2");
}

Test(host, goes_without_what_the_oldest_drivers_lack)
{
	const struct gb_server *server;

	host_set("GB_NVML_GPUS", "Tesla K80|2|3.7");
	server = host_added(NVML_OLDEST);
	expect_span(server->driver, "550.54.15");
	expect_span(server->cuda, NULL);
	expect_span(server->gpus[0].product, "Tesla K80");
	expect_span(server->gpus[0].brand, "Tesla");
	expect_span(server->gpus[0].arch, NULL);
}

Test(host, goes_without_what_nvml_does_not_know)
{
	host_set("GB_NVML_GPUS", "A GPU|14|8.0");
	host_set("GB_NVML_FAIL", "nvmlSystemGetCudaDriverVersion_v2:12");
	expect_span(host_added(NVML)->cuda, NULL);
	host_set("GB_NVML_FAIL", "nvmlSystemGetCudaDriverVersion_v2:13");
	expect_span(host_added(NVML)->cuda, NULL);
	host_set("GB_NVML_FAIL", "nvmlDeviceGetName:3");
	expect_span(host_added(NVML)->gpus[0].product, NULL);
	host_set("GB_NVML_FAIL", "nvmlDeviceGetBrand:3");
	expect_span(host_added(NVML)->gpus[0].brand, NULL);
	host_set("GB_NVML_FAIL", "nvmlDeviceGetCudaComputeCapability:3");
	expect_span(host_added(NVML)->gpus[0].arch, NULL);
	unsetenv("GB_NVML_FAIL");
	host_set("GB_NVML_GPUS", "|14|0.0");
	expect_span(host_added(NVML)->gpus[0].product, NULL);
	expect_span(host_added(NVML)->gpus[0].arch, NULL);
}

Test(host, knows_no_version_of_a_development_build)
{
	host_set("GB_NVML_DRIVER", "TempVersion");
	expect_span(host_added(NVML)->driver, NULL);
	expect_span(host_added(NVML)->note,
		    "NVML knows no version of the driver: it is a development build");
}

Test(host, takes_names_as_long_as_nvml_makes_them)
{
	char name[96], gpus[120];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(gpus, sizeof(gpus), "%s|14|8.0", name);
	host_set("GB_NVML_GPUS", gpus);
	expect_span(host_added(NVML)->gpus[0].product, name);
	snprintf(gpus, sizeof(gpus), "%sn|14|8.0", name);
	host_set("GB_NVML_GPUS", gpus);
	expect_refusal(NVML, "GPU 0: " NVML ": nvmlDeviceGetName: Insufficient Size (NVML error "
			     "7); see what nvidia-smi and the kernel's log say");
}

/* A stand-in that is unloaded while it runs stops the test. */
Test(host, leaves_no_nvml_behind)
{
	host_set("GB_NVML_GPUS", "A GPU|14|8.0");
	host_added(NVML);
#ifdef __GLIBC__ /* musl never unloads */
	cr_assert_null(dlopen(NVML, RTLD_LAZY | RTLD_NOLOAD));
	host_set("GB_NVML_FAIL", "nvmlInit_v2:18");
	cr_assert_eq(host_add(NVML, &NO_ERROR), GPUBADGE_E_IO);
	cr_assert_null(dlopen(NVML, RTLD_LAZY | RTLD_NOLOAD));
	host_set("GB_NVML_FAIL", "nvmlDeviceGetBrand:999");
	cr_assert_eq(host_add(NVML, &NO_ERROR), GPUBADGE_E_IO);
	cr_assert_null(dlopen(NVML, RTLD_LAZY | RTLD_NOLOAD));
#endif
}

/* --- NVML fails --- */

Test(host, says_what_to_do_where_library_and_module_differ)
{
	host_set("GB_NVML_FAIL", "nvmlInit_v2:18");
	expect_refusal(NVML, NVML ": nvmlInit_v2: Driver/library version mismatch (NVML error 18); "
				  "the library was updated and the loaded kernel module was not: "
				  "restart the machine, or unload and load the module");
}

Test(host, says_who_may_not_use_the_gpus)
{
	host_set("GB_NVML_FAIL", "nvmlInit_v2:4");
	expect_refusal(NVML, NVML ": nvmlInit_v2: Insufficient Permissions (NVML error 4); this "
				  "user, or this container, may not use the GPUs (/dev/nvidia*)");
}

Test(host, repeats_what_nvml_says_of_other_failures)
{
	host_set("GB_NVML_FAIL", "nvmlInit_v2:999");
	expect_refusal(NVML, NVML ": nvmlInit_v2: Unknown Error (NVML error 999); see what "
				  "nvidia-smi and the kernel's log say");
	host_set("GB_NVML_FAIL", "nvmlInit_v2:77");
	expect_refusal(NVML, NVML ": nvmlInit_v2: no description (NVML error 77); see what "
				  "nvidia-smi and the kernel's log say");
}

Test(host, names_the_gpu_that_is_lost)
{
	host_set("GB_NVML_GPUS", "A GPU|14|8.0;A GPU|14|8.0");
	host_set("GB_NVML_FAIL", "nvmlDeviceGetHandleByIndex_v2:15:1");
	expect_refusal(NVML, "GPU 1: " NVML ": nvmlDeviceGetHandleByIndex_v2: GPU is lost (NVML "
			     "error 15); reset the GPU (nvidia-smi --gpu-reset) or restart the "
			     "machine");
	host_set("GB_NVML_FAIL", "nvmlDeviceGetName:15:1");
	expect_refusal(NVML, "GPU 1: " NVML ": nvmlDeviceGetName: GPU is lost (NVML error 15); "
			     "reset the GPU (nvidia-smi --gpu-reset) or restart the machine");
}

Test(host, fails_where_any_question_fails)
{
	static const char *const functions[] = {"nvmlSystemGetDriverVersion",
						"nvmlDeviceGetCount_v2",
						"nvmlDeviceGetHandleByIndex_v2",
						"nvmlDeviceGetName",
						"nvmlDeviceGetBrand",
						"nvmlDeviceGetCudaComputeCapability"};
	struct gpubadge_error err;

	host_set("GB_NVML_GPUS", "A GPU|14|8.0");
	for (size_t i = 0; i < GB_ARRAY_LEN(functions); i++) {
		char fail[80];

		snprintf(fail, sizeof(fail), "%s:999", functions[i]);
		host_set("GB_NVML_FAIL", fail);
		cr_assert_eq(host_add(NVML, &err), GPUBADGE_E_IO, "%s", functions[i]);
		expect_error_in(&err, GPUBADGE_E_IO, functions[i]);
	}
	host_set("GB_NVML_FAIL", "nvmlSystemGetCudaDriverVersion_v2:999");
	expect_refusal(NVML, NVML ": nvmlSystemGetCudaDriverVersion: Unknown Error (NVML error "
				  "999); see what nvidia-smi and the kernel's log say");
	cr_assert_eq(host_fleet.count, 0);
}

Test(host, believes_in_1024_gpus_and_no_more)
{
	static const char gpu[] = "A GPU|14|8.0;";
	char *gpus = calloc(GB_HOST_GPUS, sizeof(gpu));

	cr_assert_not_null(gpus);
	for (size_t i = 0; i < GB_HOST_GPUS; i++)
		memcpy(gpus + i * strlen(gpu), gpu, sizeof(gpu));
	host_set("GB_NVML_GPUS", gpus);
	free(gpus);
	cr_assert_eq(host_added(NVML)->gpu_count, 1);
	host_set("GB_NVML_COUNT", "1025");
	expect_refusal(NVML, NVML ": nvmlDeviceGetCount_v2: 1025 GPUs are more than the 1024 that "
				  "a machine may have; see what nvidia-smi says");
}

Test(host, refuses_a_library_that_is_no_nvml)
{
	expect_refusal("libz.so.1", "libz.so.1: has no function nvmlInit_v2: it is no NVML, or "
				    "that of a driver too old for containers; update the driver");
}

Test(host, keeps_to_the_limit_of_what_a_fleet_holds)
{
	struct gpubadge_error err;

	host_set("GB_NVML_GPUS", "A GPU|14|8.0");
	host_fleet.limits.result_bytes = 1;
	cr_assert_eq(host_add(NVML, &err), GPUBADGE_E_LIMIT);
	host_set("GB_NVML_FAIL", "nvmlInit_v2:9");
	cr_assert_eq(host_add(NVML, &err), GPUBADGE_E_LIMIT);
}
