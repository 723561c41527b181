/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/inventory.h"

#include "expect.h"
#include "fleet-case.h"

TestSuite(inventory_csv, .init = fleet_case_enter, .fini = fleet_case_leave);

#define VERSIONS "NVRM version,CUDA version\n"
#define DEVICES "Device Index,Device Minor,Model,Brand,GPU UUID,Bus Location,Architecture"
#define T4 "0,0,Tesla T4,Nvidia,GPU-1,00000000:1a:00.0,7.5\n"
#define QUERY "(nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv)"

/* --- nvidia-container-cli info --csv --- */

Test(inventory_csv, reads_devices_of_nvidia_container_cli)
{
	reads(SPAN(VERSIONS "535.183.06,12.2\n\n" DEVICES "\n" T4),
	      "host driver=535.183.06 cuda=12.2 arch=? gpus=Tesla T4/Nvidia/7.5\n");
}

Test(inventory_csv, reads_line_ends_of_windows_and_a_last_line_without_one)
{
	reads(SPAN("NVRM version,CUDA version\r\n535.1,12.2\r\n" DEVICES "\r\n"
		   "0,0,Tesla T4,Nvidia,GPU-1,0:0,7.5"),
	      "host driver=535.1 cuda=12.2 arch=? gpus=Tesla T4/Nvidia/7.5\n");
}

Test(inventory_csv, knows_a_server_without_devices)
{
	reads(SPAN(VERSIONS "535.183.06,12.2\n\n" DEVICES "\n"),
	      "host driver=535.183.06 cuda=12.2 arch=? gpus=\n");
}

Test(inventory_csv, takes_an_empty_field_for_unknown)
{
	reads(SPAN(VERSIONS ",\n" DEVICES "\n0,0,,,,,\n"),
	      "host driver=? cuda=? arch=? gpus=?/?/?\n");
}

Test(inventory_csv, keeps_one_gpu_of_each_kind)
{
	reads(SPAN(VERSIONS "535.1,12.2\n" DEVICES "\n" T4 T4 "2,2,NVIDIA L4,Nvidia,G,B,8.9\n" T4),
	      "host driver=535.1 cuda=12.2 arch=? gpus=NVIDIA L4/Nvidia/8.9,Tesla "
	      "T4/Nvidia/7.5\n");
}

Test(inventory_csv, refuses_a_text_that_is_cut)
{
	refuses(SPAN(VERSIONS), GPUBADGE_E_SCHEMA,
		"line 2: no versions after the header \"NVRM version,CUDA version\"");
	refuses(SPAN(VERSIONS "535.1,12.2\n"), GPUBADGE_E_SCHEMA,
		"line 3: the header \"" DEVICES "\" is missing");
	refuses(SPAN(VERSIONS "535.1,12.2\n\nx\n"), GPUBADGE_E_SCHEMA,
		"line 4: the header \"" DEVICES "\" is missing");
	refuses(SPAN(VERSIONS "535.1\n"), GPUBADGE_E_SCHEMA,
		"line 2: 1 fields where the header has 2");
	refuses(SPAN("\n" VERSIONS "535.1,12.2\n" DEVICES "\n" T4 "1,1,Tes\n"), GPUBADGE_E_SCHEMA,
		"line 6: 3 fields where the header has 7");
}

Test(inventory_csv, names_the_server_of_a_version_that_is_none)
{
	refuses(SPAN(VERSIONS "N/A,12.2\n" DEVICES "\n"), GPUBADGE_E_SCHEMA,
		"server \"host\": driver: \"N/A\" is no version (digits and dots, at most 100 of "
		"them)");
}

/* --- nvidia-smi --query-gpu=... --format=csv --- */

Test(inventory_csv, reads_columns_in_any_order)
{
	reads(SPAN("name, driver_version, compute_cap\nTesla T4, 535.1, 7.5\n"),
	      "host driver=535.1 cuda=? arch=? gpus=Tesla T4/?/7.5\n");
	reads(SPAN("compute_cap,index,name,driver_version\n7.5,0,Tesla T4,535.1\n"),
	      "host driver=535.1 cuda=? arch=? gpus=Tesla T4/?/7.5\n");
	reads(SPAN("name\nTesla T4\n"), "host driver=? cuda=? arch=? gpus=Tesla T4/?/?\n");
	reads(SPAN("gpu_name\nTesla T4\n"), "host driver=? cuda=? arch=? gpus=Tesla T4/?/?\n");
}

Test(inventory_csv, reads_line_ends_of_windows)
{
	reads(SPAN("name, driver_version\r\nTesla T4, 535.1\r\nNVIDIA L4, 535.1"),
	      "host driver=535.1 cuda=? arch=? gpus=NVIDIA L4/?/?,Tesla T4/?/?\n");
}

Test(inventory_csv, takes_brackets_for_unknown)
{
	reads(SPAN("name, driver_version, compute_cap\n[N/A], [N/A], [Not Supported]\n"),
	      "host driver=? cuda=? arch=? gpus=?/?/?\n");
	reads(SPAN("name, driver_version\nTesla T4, [N/A]\nTesla T4, 535.1\n"),
	      "host driver=535.1 cuda=? arch=? gpus=Tesla T4/?/?\n");
}

Test(inventory_csv, refuses_two_drivers_on_one_machine)
{
	refuses(SPAN("name, driver_version\nTesla T4, 535.1\n\nTesla T4, 550.1\n"),
		GPUBADGE_E_SCHEMA,
		"line 4: driver_version 550.1 after 535.1: a machine has one driver; write a file "
		"for each machine");
}

Test(inventory_csv, asks_for_the_header)
{
	refuses(SPAN("Tesla T4, 535.1, 7.5\n"), GPUBADGE_E_SCHEMA,
		"the first line is a GPU, not a header: leave out noheader " QUERY);
	refuses(SPAN("0, NVIDIA A100-SXM4-40GB\n"), GPUBADGE_E_SCHEMA,
		"the first line is a GPU, not a header: leave out noheader " QUERY);
}

Test(inventory_csv, asks_for_the_name)
{
	refuses(SPAN("driver_version, compute_cap\n535.1, 7.5\n"), GPUBADGE_E_SCHEMA,
		"the column name is missing " QUERY);
}

Test(inventory_csv, refuses_a_row_of_another_length)
{
	refuses(SPAN("name, driver_version\nTesla T4, 535.1\n\"Tesla T4, Inc\", 535.1\n"),
		GPUBADGE_E_SCHEMA, "line 3: 3 fields where the header has 2");
}

Test(inventory_csv, refuses_a_header_alone)
{
	refuses(SPAN("name, driver_version\n"), GPUBADGE_E_SCHEMA, "no GPU after the header");
}

Test(inventory_csv, names_the_gpu_of_a_capability_that_is_none)
{
	refuses(SPAN("name, compute_cap\nTesla T4, seven\n"), GPUBADGE_E_SCHEMA,
		"server \"host\": gpus[0].arch: \"seven\" is no version (digits and dots, at most "
		"100 of them)");
}
