// SPDX-License-Identifier: Apache-2.0

// The same from C++: the header has to be C++ too.
#include <gpubadge/gpubadge.h>

#include <iostream>
#include <memory>

int main(int argc, char **argv)
{
	gpubadge_options options{};
	options.size = sizeof(options);
	options.platform = "linux/amd64";
	gpubadge_result *opened = nullptr;
	gpubadge_error err{};

	if (argc != 2)
		return 2;
	if (gpubadge_inspect(argv[1], &options, &opened, &err) != GPUBADGE_OK) {
		std::cerr << gpubadge_code_name(err.code) << ": " << err.text << '\n';
		return 2;
	}
	std::unique_ptr<gpubadge_result, decltype(&gpubadge_result_free)> result(
		opened, gpubadge_result_free);
	for (size_t i = 0; i < gpubadge_result_count(result.get()); i++) {
		const gpubadge_report *report = gpubadge_result_report(result.get(), i);
		char *text = nullptr;

		if (gpubadge_report_value(report, "cuda.requirement.minimum", &text, &err))
			return 2;
		std::unique_ptr<char, decltype(&gpubadge_free)> minimum(text, gpubadge_free);
		std::cout << "gpu " << gpubadge_report_gpu(report) << ", cuda " << minimum.get();
	}
	return 0;
}
