/* SPDX-License-Identifier: Apache-2.0 */
#include "env/runtimes.h"

const struct gb_runtime gb_runtimes[] = {
	{"NVIDIA runtime, legacy mode", GB_ENFORCED, GB_LIFTED_BY_TRUE, true, "utility,compute",
	 "libnvidia-container checks it when the container starts",
	 "libnvidia-container src/cli/dsl.c, src/cli/configure.c"},
	{"NVIDIA runtime, CDI mode", GB_NOT_ENFORCED, GB_LIFTED_BY_TRUE, true, "utility,compute",
	 "nobody checks it; this is the default since 1.18",
	 "NVIDIA/nvidia-container-toolkit#1470"},
	{"NVIDIA runtime, CSV mode", GB_PARTLY, GB_LIFTED_BY_TRUE, true, "utility,compute",
	 "Jetson: cuda and arch are checked, driver and brand never hold",
	 "nvidia-container-toolkit internal/modifier/csv.go"},
	{"enroot", GB_ENFORCED, GB_LIFTED_BY_VALUE, false, "utility",
	 "passes it to libnvidia-container", "enroot conf/hooks/98-nvidia.sh"},
	{"Apptainer --nvccli", GB_ENFORCED, GB_LIFTED_BY_NAME, false, "compute,utility",
	 "passes it to libnvidia-container", "apptainer internal/pkg/util/gpu/nvidia.go"},
	{"Apptainer --nv", GB_NOT_ENFORCED, GB_LIFTED_BY_NAME, false, "compute,utility",
	 "nobody checks it", "apptainer internal/pkg/util/gpu/nvidia.go"},
};

const size_t gb_runtime_count = GB_ARRAY_LEN(gb_runtimes);

static bool is_lifted(const struct gb_runtime *runtime, const struct gb_nvidia_environment *nvidia)
{
	switch (runtime->lifted_by) {
	case GB_LIFTED_BY_TRUE:
		return !nvidia->enforced;
	case GB_LIFTED_BY_VALUE:
		return nvidia->disable_require.len > 0;
	case GB_LIFTED_BY_NAME:
		break;
	}
	return nvidia->disable_require.ptr != NULL;
}

enum gb_enforcement gb_runtime_enforces(const struct gb_runtime *runtime,
					const struct gb_nvidia_environment *nvidia,
					const char **ret_why)
{
	*ret_why = runtime->what;
	if (runtime->enforcement == GB_NOT_ENFORCED)
		return GB_NOT_ENFORCED;
	if (is_lifted(runtime, nvidia)) {
		*ret_why = "NVIDIA_DISABLE_REQUIRE lifts it";
		return GB_NOT_ENFORCED;
	}
	if (!runtime->is_toolkit && nvidia->jetpack) {
		*ret_why = "passes NVIDIA_REQUIRE_JETPACK* as well, which libnvidia-container "
			   "takes for malformed: the container does not start";
		return GB_ENFORCED;
	}
	if (!runtime->is_toolkit && nvidia->cuda.variable && !nvidia->require_cuda.ptr) {
		*ret_why = nvidia->condition_count > 0
				   ? "CUDA_VERSION alone is no requirement here; the others are"
				   : "CUDA_VERSION alone is no requirement here";
		return nvidia->condition_count > 0 ? GB_PARTLY : GB_NOT_ENFORCED;
	}
	return runtime->enforcement;
}
