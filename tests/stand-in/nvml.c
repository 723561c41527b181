/* SPDX-License-Identifier: Apache-2.0 */

/* A library that answers as NVIDIA's libnvidia-ml.so.1 does, from the environment:
 *
 *   GB_NVML_DRIVER  what nvmlSystemGetDriverVersion() says; "550.54.15" if not set
 *   GB_NVML_CUDA    what both nvmlSystemGetCudaDriverVersion() say; 12040 if not set
 *   GB_NVML_GPUS    "NAME|BRAND|MAJOR.MINOR;...", BRAND being NVML's number; none if not set
 *   GB_NVML_COUNT   the number of GPUs it claims; that of GB_NVML_GPUS if not set
 *   GB_NVML_FAIL    "FUNCTION:RESULT" or, for one GPU, "FUNCTION:RESULT:INDEX"
 *
 * Names, numbers and texts are those of NVIDIA's NVML API reference. Whoever unloads it without
 * a shutdown, or uses it without an initialisation, is stopped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUCCESS 0U
#define ERROR_INVALID_ARGUMENT 2U
#define ERROR_INSUFFICIENT_SIZE 7U

#define GPUS 4096

static int running;
static char handles[GPUS];

unsigned nvmlInit_v2(void);
unsigned nvmlShutdown(void);
const char *nvmlErrorString(unsigned result);
unsigned nvmlSystemGetDriverVersion(char *version, unsigned length);
unsigned nvmlSystemGetCudaDriverVersion(int *version);    /* not in the oldest */
unsigned nvmlSystemGetCudaDriverVersion_v2(int *version); /* not in the old one */
unsigned nvmlDeviceGetCount_v2(unsigned *count);
unsigned nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device);
unsigned nvmlDeviceGetName(void *device, char *name, unsigned length);
unsigned nvmlDeviceGetBrand(void *device, unsigned *brand);
unsigned nvmlDeviceGetCudaComputeCapability(void *device, int *major,
					    int *minor); /* not in the oldest */

static void __attribute__((destructor)) unload(void)
{
	if (running != 0)
		abort();
}

static const char *setting(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

/* The result that GB_NVML_FAIL wants of FUNCTION, for the GPU at INDEX. */
static unsigned failure(const char *function, unsigned index)
{
	const char *wish = setting("GB_NVML_FAIL", "");
	size_t length = strlen(function);
	unsigned result = SUCCESS, only;
	int fields;

	if (strncmp(wish, function, length) != 0 || wish[length] != ':')
		return SUCCESS;
	fields = sscanf(wish + length, ":%u:%u", &result, &only);
	return fields == 2 && only != index ? SUCCESS : result;
}

/* The fields of the GPU at INDEX; NULL if there are not so many. */
static const char *gpu(unsigned index)
{
	const char *text = setting("GB_NVML_GPUS", "");

	for (; index > 0 && text; index--) {
		text = strchr(text, ';');
		text = text ? text + 1 : NULL;
	}
	return text && *text ? text : NULL;
}

static unsigned index_of(const void *device)
{
	return (unsigned)((const char *)device - handles);
}

/* The field at NUMBER of the GPU that DEVICE stands for. */
static const char *field(const void *device, int number)
{
	const char *text = gpu(index_of(device));

	for (; number > 0 && text; number--) {
		text = strchr(text, '|');
		text = text ? text + 1 : NULL;
	}
	return text;
}

static unsigned answer(char *buffer, unsigned size, const char *text, size_t length)
{
	if (length >= size)
		return ERROR_INSUFFICIENT_SIZE;
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	return SUCCESS;
}

static void expect_running(void)
{
	if (running <= 0)
		abort();
}

unsigned nvmlInit_v2(void)
{
	unsigned result = failure("nvmlInit_v2", 0);

	if (result == SUCCESS)
		running++;
	return result;
}

unsigned nvmlShutdown(void)
{
	expect_running();
	running--;
	return SUCCESS;
}

const char *nvmlErrorString(unsigned result)
{
	switch (result) {
	case 2:
		return "Invalid Argument";
	case 3:
		return "Not Supported";
	case 4:
		return "Insufficient Permissions";
	case 6:
		return "Not Found";
	case 7:
		return "Insufficient Size";
	case 9:
		return "Driver Not Loaded";
	case 12:
		return "NVML Shared Library Not Found";
	case 13:
		return "Function Not Found";
	case 15:
		return "GPU is lost";
	case 18:
		return "Driver/library version mismatch";
	case 77:
		return NULL;
	default:
		return "Unknown Error";
	}
}

unsigned nvmlSystemGetDriverVersion(char *version, unsigned length)
{
	unsigned result = failure("nvmlSystemGetDriverVersion", 0);
	const char *driver = setting("GB_NVML_DRIVER", "550.54.15");

	expect_running();
	return result ? result : answer(version, length, driver, strlen(driver));
}

#ifndef GB_NVML_OLDEST
static unsigned cuda(const char *function, int *version)
{
	unsigned result = failure(function, 0);

	expect_running();
	if (result == SUCCESS)
		*version = atoi(setting("GB_NVML_CUDA", "12040"));
	return result;
}

unsigned nvmlSystemGetCudaDriverVersion(int *version)
{
	return cuda("nvmlSystemGetCudaDriverVersion", version);
}
#endif

#ifndef GB_NVML_OLD
unsigned nvmlSystemGetCudaDriverVersion_v2(int *version)
{
	return cuda("nvmlSystemGetCudaDriverVersion_v2", version);
}
#endif

unsigned nvmlDeviceGetCount_v2(unsigned *count)
{
	unsigned result = failure("nvmlDeviceGetCount_v2", 0), gpus = 0;
	const char *claimed = getenv("GB_NVML_COUNT");

	expect_running();
	if (result)
		return result;
	while (gpu(gpus))
		gpus++;
	*count = claimed ? (unsigned)strtoul(claimed, NULL, 10) : gpus;
	return SUCCESS;
}

unsigned nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device)
{
	unsigned result = failure("nvmlDeviceGetHandleByIndex_v2", index);

	expect_running();
	if (result)
		return result;
	if (index >= GPUS || !gpu(index))
		return ERROR_INVALID_ARGUMENT;
	*device = &handles[index];
	return SUCCESS;
}

unsigned nvmlDeviceGetName(void *device, char *name, unsigned length)
{
	unsigned result = failure("nvmlDeviceGetName", index_of(device));
	const char *text = field(device, 0);

	expect_running();
	return result ? result : answer(name, length, text, strcspn(text, "|;"));
}

unsigned nvmlDeviceGetBrand(void *device, unsigned *brand)
{
	unsigned result = failure("nvmlDeviceGetBrand", index_of(device));

	expect_running();
	if (result)
		return result;
	return sscanf(field(device, 1), "%u", brand) == 1 ? SUCCESS : ERROR_INVALID_ARGUMENT;
}

#ifndef GB_NVML_OLDEST
unsigned nvmlDeviceGetCudaComputeCapability(void *device, int *major, int *minor)
{
	unsigned result = failure("nvmlDeviceGetCudaComputeCapability", index_of(device));

	expect_running();
	if (result)
		return result;
	return sscanf(field(device, 2), "%d.%d", major, minor) == 2 ? SUCCESS
								    : ERROR_INVALID_ARGUMENT;
}
#endif
