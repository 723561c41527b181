/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/host-sources.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "require/version.h"

/* Names, types, numbers and sizes from NVIDIA's NVML API reference (docs.nvidia.com/deploy/
 * nvml-api: "Initialization and Cleanup", "System Queries", "Device Queries", "Constants",
 * "Device Enums"). No nvml.h is in Debian main, and nothing here may need NVML to be built or
 * started. NVML's enumerations are unsigned, its handles pointers. */
#define NVML_SUCCESS 0
#define NVML_ERROR_NOT_SUPPORTED 3
#define NVML_ERROR_NO_PERMISSION 4
#define NVML_ERROR_NOT_FOUND 6
#define NVML_ERROR_DRIVER_NOT_LOADED 9
#define NVML_ERROR_IRQ_ISSUE 11
#define NVML_ERROR_LIBRARY_NOT_FOUND 12
#define NVML_ERROR_FUNCTION_NOT_FOUND 13
#define NVML_ERROR_GPU_IS_LOST 15
#define NVML_ERROR_RESET_REQUIRED 16
#define NVML_ERROR_OPERATING_SYSTEM 17
#define NVML_ERROR_LIB_RM_VERSION_MISMATCH 18
#define NVML_ERROR_GPU_NOT_FOUND 28

#define NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE 80
#define NVML_DEVICE_NAME_V2_BUFFER_SIZE 96

/* Characters of NVML's words that a message shows. */
#define WORDS_SHOWN 200

struct nvml {
	const char *name;
	void *library;
	unsigned (*init)(void);
	unsigned (*shutdown)(void);
	const char *(*error_string)(unsigned result);
	unsigned (*driver_version)(char *version, unsigned length);
	unsigned (*cuda_version)(int *version);
	unsigned (*device_count)(unsigned *count);
	unsigned (*device)(unsigned index, void **device);
	unsigned (*device_name)(void *device, char *name, unsigned length);
	unsigned (*device_brand)(void *device, unsigned *brand);
	unsigned (*device_capability)(void *device, int *major, int *minor);
};

/* What is asked of NVML. The _v2 names are those that nvml.h maps the plain ones to since 2013;
 * what drivers that still run containers may lack is optional, and tried in this order. */
static const struct {
	const char *name;
	size_t member;
	bool optional;
} functions[] = {
	{"nvmlInit_v2", offsetof(struct nvml, init), false},
	{"nvmlShutdown", offsetof(struct nvml, shutdown), false},
	{"nvmlErrorString", offsetof(struct nvml, error_string), false},
	{"nvmlSystemGetDriverVersion", offsetof(struct nvml, driver_version), false},
	{"nvmlSystemGetCudaDriverVersion_v2", offsetof(struct nvml, cuda_version), true},
	{"nvmlSystemGetCudaDriverVersion", offsetof(struct nvml, cuda_version), true},
	{"nvmlDeviceGetCount_v2", offsetof(struct nvml, device_count), false},
	{"nvmlDeviceGetHandleByIndex_v2", offsetof(struct nvml, device), false},
	{"nvmlDeviceGetName", offsetof(struct nvml, device_name), false},
	{"nvmlDeviceGetBrand", offsetof(struct nvml, device_brand), false},
	{"nvmlDeviceGetCudaComputeCapability", offsetof(struct nvml, device_capability), true},
};

/* NVML's numbers in the words that requirements are compared with: libnvidia-container,
 * src/driver.c, driver_get_device_brand_1_svc(). What is not in that list is "Unknown" there. */
static const char *const brands[] = {
	[1] = "Quadro",     [2] = "Tesla",   [3] = "NVS",          [4] = "GRID",
	[5] = "GeForce",    [6] = "TITAN",   [7] = "VApps",        [8] = "VPC",
	[9] = "VCS",        [10] = "VWS",    [11] = "CloudGaming", [12] = "QuadroRTX",
	[13] = "NvidiaRTX", [14] = "Nvidia", [15] = "GeForceRTX",  [16] = "TitanRTX",
};

static const char *brand_word(unsigned brand)
{
	return brand < GB_ARRAY_LEN(brands) && brands[brand] ? brands[brand] : "Unknown";
}

/* What to do about RESULT. */
static const char *advice(unsigned result)
{
	switch (result) {
	case NVML_ERROR_NO_PERMISSION:
	case NVML_ERROR_OPERATING_SYSTEM:
		return "this user, or this container, may not use the GPUs (/dev/nvidia*)";
	case NVML_ERROR_LIB_RM_VERSION_MISMATCH:
		return "the library was updated and the loaded kernel module was not: restart the "
		       "machine, or unload and load the module";
	case NVML_ERROR_IRQ_ISSUE:
	case NVML_ERROR_GPU_IS_LOST:
	case NVML_ERROR_RESET_REQUIRED:
		return "reset the GPU (nvidia-smi --gpu-reset) or restart the machine";
	default:
		return "see what nvidia-smi and the kernel's log say";
	}
}

static const char *words(const struct nvml *nvml, unsigned result)
{
	const char *text = nvml->error_string(result);

	return text ? text : "no description";
}

static enum gpubadge_code refused(const struct nvml *nvml, const char *function, unsigned result,
				  struct gpubadge_error *err)
{
	return gb_error_set(err, GPUBADGE_E_IO, "%s: %s: %.*s (NVML error %u); %s", nvml->name,
			    function, WORDS_SHOWN, words(nvml, result), result, advice(result));
}

/* Does RESULT mean that this driver or this GPU has no such fact? */
static bool not_told(unsigned result)
{
	return result == NVML_ERROR_NOT_SUPPORTED || result == NVML_ERROR_FUNCTION_NOT_FOUND;
}

static void close_library(struct nvml *nvml)
{
	if (nvml->library)
		dlclose(nvml->library);
}

static enum gpubadge_code find_functions(struct nvml *nvml, struct gpubadge_error *err)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(functions); i++) {
		char *member = (char *)nvml + functions[i].member;
		void *found = dlsym(nvml->library, functions[i].name), *earlier;

		/* Copied: ISO C converts no pointer to data into one to a function. */
		memcpy(&earlier, member, sizeof(earlier));
		if (!earlier)
			memcpy(member, &found, sizeof(found));
		if (!found && !functions[i].optional)
			return gb_error_set(err, GPUBADGE_E_IO,
					    "%s: has no function %s: it is no NVML, or that of a "
					    "driver too old for containers; update the driver",
					    nvml->name, functions[i].name);
	}
	return GPUBADGE_OK;
}

static struct gb_span copy(struct gb_arena *arena, const char *text, struct gpubadge_error *err)
{
	return gb_span_of(gb_arena_copy(arena, gb_span_of(text), err));
}

/* A development build calls its version "TempVersion": that is not known then. */
static enum gpubadge_code read_driver(const struct nvml *nvml, struct gb_arena *arena,
				      struct gb_server *server, struct gpubadge_error *err)
{
	char version[NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE] = "";
	unsigned result = nvml->driver_version(version, sizeof(version));

	if (result != NVML_SUCCESS)
		return refused(nvml, "nvmlSystemGetDriverVersion", result, err);
	version[sizeof(version) - 1] = '\0';
	if (!gb_version_is_valid(gb_span_of(version)))
		return GPUBADGE_OK;
	server->driver = copy(arena, version, err);
	return err->code;
}

/* 12040 is 12.4. Where NVML does not find libcuda, which knows it, the driver's branch tells it
 * as well. */
static enum gpubadge_code read_cuda(const struct nvml *nvml, struct gb_arena *arena,
				    struct gb_server *server, struct gpubadge_error *err)
{
	char text[32];
	int version = 0;
	unsigned result = nvml->cuda_version ? nvml->cuda_version(&version)
					     : NVML_ERROR_FUNCTION_NOT_FOUND;

	if (not_told(result) || result == NVML_ERROR_LIBRARY_NOT_FOUND)
		return GPUBADGE_OK;
	if (result != NVML_SUCCESS)
		return refused(nvml, "nvmlSystemGetCudaDriverVersion", result, err);
	if (version <= 0)
		return GPUBADGE_OK;
	snprintf(text, sizeof(text), "%d.%d", version / 1000, version % 1000 / 10);
	server->cuda = copy(arena, text, err);
	return err->code;
}

static enum gpubadge_code read_name(const struct nvml *nvml, void *device, struct gb_arena *arena,
				    struct gb_gpu *gpu, struct gpubadge_error *err)
{
	char name[NVML_DEVICE_NAME_V2_BUFFER_SIZE] = "";
	unsigned result = nvml->device_name(device, name, sizeof(name));

	if (not_told(result))
		return GPUBADGE_OK;
	if (result != NVML_SUCCESS)
		return refused(nvml, "nvmlDeviceGetName", result, err);
	name[sizeof(name) - 1] = '\0';
	if (name[0] == '\0')
		return GPUBADGE_OK;
	gpu->product = copy(arena, name, err);
	return err->code;
}

static enum gpubadge_code read_brand(const struct nvml *nvml, void *device, struct gb_gpu *gpu,
				     struct gpubadge_error *err)
{
	unsigned brand = 0, result = nvml->device_brand(device, &brand);

	if (not_told(result))
		return GPUBADGE_OK;
	if (result != NVML_SUCCESS)
		return refused(nvml, "nvmlDeviceGetBrand", result, err);
	gpu->brand = gb_span_of(brand_word(brand));
	return GPUBADGE_OK;
}

static enum gpubadge_code read_arch(const struct nvml *nvml, void *device, struct gb_arena *arena,
				    struct gb_gpu *gpu, struct gpubadge_error *err)
{
	char text[32];
	int major = 0, minor = 0;
	unsigned result = nvml->device_capability ? nvml->device_capability(device, &major, &minor)
						  : NVML_ERROR_FUNCTION_NOT_FOUND;

	if (not_told(result))
		return GPUBADGE_OK;
	if (result != NVML_SUCCESS)
		return refused(nvml, "nvmlDeviceGetCudaComputeCapability", result, err);
	if (major <= 0 || minor < 0)
		return GPUBADGE_OK;
	snprintf(text, sizeof(text), "%d.%d", major, minor);
	gpu->arch = copy(arena, text, err);
	return err->code;
}

static enum gpubadge_code read_gpu(const struct nvml *nvml, unsigned index, struct gb_arena *arena,
				   struct gb_gpu *gpu, struct gpubadge_error *err)
{
	void *device = NULL;
	unsigned result = nvml->device(index, &device);

	if (result != NVML_SUCCESS)
		refused(nvml, "nvmlDeviceGetHandleByIndex_v2", result, err);
	if (result != NVML_SUCCESS || read_name(nvml, device, arena, gpu, err) ||
	    read_brand(nvml, device, gpu, err) || read_arch(nvml, device, arena, gpu, err))
		return gb_error_wrap(err, "GPU %u", index);
	return GPUBADGE_OK;
}

static enum gpubadge_code read_gpus(const struct nvml *nvml, struct gb_arena *arena,
				    struct gb_server *server, struct gpubadge_error *err)
{
	struct gb_gpu *gpus;
	unsigned count = 0, result = nvml->device_count(&count);

	if (result != NVML_SUCCESS)
		return refused(nvml, "nvmlDeviceGetCount_v2", result, err);
	if (count > GB_HOST_GPUS)
		return gb_error_set(err, GPUBADGE_E_IO,
				    "%s: nvmlDeviceGetCount_v2: %u GPUs are more than the %d that "
				    "a machine may have; see what nvidia-smi says",
				    nvml->name, count, GB_HOST_GPUS);
	gpus = gb_arena_alloc(arena, (count + 1) * sizeof(*gpus), err);
	if (!gpus)
		return err->code;
	for (unsigned i = 0; i < count; i++)
		if (read_gpu(nvml, i, arena, &gpus[i], err))
			return err->code;
	server->gpus = gpus;
	server->gpu_count = count;
	server->gpus_known = true;
	return GPUBADGE_OK;
}

/* What NVML, which is open and initialised, says of the machine. */
static enum gpubadge_code read_machine(const struct nvml *nvml, struct gb_arena *arena,
				       struct gb_server *server, struct gpubadge_error *err)
{
	struct gb_server read = *server;

	if (read_driver(nvml, arena, &read, err) || read_cuda(nvml, arena, &read, err) ||
	    read_gpus(nvml, arena, &read, err))
		return err->code;
	*server = read;
	return GPUBADGE_OK;
}

/* NVML without a driver or without a GPU cannot tell one from the other; /proc can. */
static enum gpubadge_code explain_absence(const struct nvml *nvml, unsigned result,
					  struct gb_arena *arena, const char **ret_why,
					  struct gpubadge_error *err)
{
	char text[WORDS_SHOWN + 20];
	const char *why;

	snprintf(text, sizeof(text), "says \"%.*s\"", WORDS_SHOWN, words(nvml, result));
	why = gb_arena_copy(arena, gb_span_of(text), err);
	if (why)
		*ret_why = why;
	return err->code;
}

enum gpubadge_code gb_host_read_nvml(const char *library, struct gb_arena *arena,
				     struct gb_server *server, const char **ret_why,
				     struct gpubadge_error *err)
{
	GB_CLEANUP(close_library)
	struct nvml nvml = {.name = library, .library = dlopen(library, RTLD_NOW | RTLD_LOCAL)};
	unsigned result;

	if (!nvml.library) {
		*ret_why = "could not be loaded";
		return GPUBADGE_OK;
	}
	if (find_functions(&nvml, err))
		return err->code;
	result = nvml.init();
	switch (result) {
	case NVML_SUCCESS:
		read_machine(&nvml, arena, server, err);
		nvml.shutdown();
		if (!err->code)
			*ret_why = NULL;
		return err->code;
	case NVML_ERROR_DRIVER_NOT_LOADED:
	case NVML_ERROR_LIBRARY_NOT_FOUND:
	case NVML_ERROR_NOT_FOUND:
	case NVML_ERROR_GPU_NOT_FOUND:
		return explain_absence(&nvml, result, arena, ret_why, err);
	default:
		return refused(&nvml, "nvmlInit_v2", result, err);
	}
}
