/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/product-brand.h"

#include <string.h>

#include "expect.h"
#include "fleet/product-name.h"

static void has_brand(int line, const char *product, const char *brand)
{
	expect_span_at(line, gb_product_brand_find(gb_span_of(product)), brand);
}

Test(product_brand, finds_names_as_nvml_writes_them)
{
	has_brand(__LINE__, "NVIDIA A100-SXM4-40GB", "nvidia");
	has_brand(__LINE__, "NVIDIA H100 80GB HBM3", "nvidia");
	has_brand(__LINE__, "NVIDIA GeForce RTX 3090", "geforce");
	has_brand(__LINE__, "GeForce RTX 2080 Ti", "geforce");
	has_brand(__LINE__, "NVIDIA RTX A6000", "nvidiartx");
	has_brand(__LINE__, "Tesla V100-SXM2-16GB", "tesla");
}

Test(product_brand, does_not_follow_the_name)
{
	has_brand(__LINE__, "Tesla T4", "nvidia");
}

Test(product_brand, finds_names_as_labels_write_them)
{
	has_brand(__LINE__, "NVIDIA-A100-SXM4-40GB", "nvidia");
	has_brand(__LINE__, "NVIDIA-A100-80GB-PCIe", "nvidia");
	has_brand(__LINE__, "Tesla-T4", "nvidia");
	has_brand(__LINE__, "NVIDIA-GeForce-RTX-3090", "geforce");
	has_brand(__LINE__, "A100-SXM4-40GB", "nvidia");
}

Test(product_brand, finds_models_as_clouds_write_them)
{
	has_brand(__LINE__, "NVIDIA A100", "nvidia");
	has_brand(__LINE__, "H100", "nvidia");
	has_brand(__LINE__, "NVIDIA T4", "nvidia");
	has_brand(__LINE__, "L4", "nvidia");
	has_brand(__LINE__, "NVIDIA V100", "tesla");
}

Test(product_brand, passes_over_case_blanks_and_signs)
{
	has_brand(__LINE__, "nvidia a100-sxm4-40gb", "nvidia");
	has_brand(__LINE__, "  NVIDIA  L4 ", "nvidia");
	has_brand(__LINE__, "NVIDIA(R) L4", NULL);
	has_brand(__LINE__, "NVIDIA L4 (TM)", NULL);
	has_brand(__LINE__, "NVIDIA L4()", "nvidia");
}

Test(product_brand, finds_the_gpu_behind_a_slice_or_a_share)
{
	has_brand(__LINE__, "Tesla-T4-SHARED", "nvidia");
	has_brand(__LINE__, "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb", "nvidia");
	has_brand(__LINE__, "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb-SHARED", "nvidia");
	has_brand(__LINE__, "NVIDIA-A100-SXM4-80GB-MIG-1g.10gb.me", "nvidia");
	has_brand(__LINE__, "NVIDIA A100-SXM4-40GB MIG 1c.3g.20gb", "nvidia");
}

Test(product_brand, knows_nothing_of_an_invalid_mig_set_up)
{
	has_brand(__LINE__, "NVIDIA-A100-SXM4-40GB-MIG-INVALID", NULL);
	has_brand(__LINE__, "NVIDIA-A100-SXM4-40GB-MIG-", NULL);
	has_brand(__LINE__, "NVIDIA-A100-SXM4-40GB-MIG-1g", NULL);
	has_brand(__LINE__, "NVIDIA-A100-SXM4-40GB-MIG-1g_5gb", NULL);
}

Test(product_brand, tells_a_vgpu_from_its_card)
{
	has_brand(__LINE__, "NVIDIA-A10", "nvidia");
	has_brand(__LINE__, "NVIDIA-A10-12Q", "vws");
	has_brand(__LINE__, "NVIDIA A10-24Q", NULL);
	has_brand(__LINE__, "GRID A100-10C", NULL);
}

Test(product_brand, does_not_guess)
{
	has_brand(__LINE__, "", NULL);
	has_brand(__LINE__, NULL, NULL);
	has_brand(__LINE__, "NVIDIA", NULL);
	has_brand(__LINE__, "NVIDIA-", NULL);
	has_brand(__LINE__, "-SHARED", NULL);
	has_brand(__LINE__, "Tesla K80", NULL);
	has_brand(__LINE__, "A100-SXM4-40GBX", NULL);
	has_brand(__LINE__, "A100-SXM4", NULL);
	has_brand(__LINE__, "XA100", NULL);
}

Test(product_brand, knows_nothing_of_a_name_that_is_too_long)
{
	char name[GB_PRODUCT_NAME_BYTES + 2];
	struct gb_product_name parsed;

	memset(name, 'x', sizeof(name));
	cr_expect(
		gb_product_name_parse((struct gb_span){name, GB_PRODUCT_NAME_BYTES - 2}, &parsed));
	cr_expect_eq(strlen(parsed.text), GB_PRODUCT_NAME_BYTES - 2);
	cr_expect(
		!gb_product_name_parse((struct gb_span){name, GB_PRODUCT_NAME_BYTES - 1}, &parsed));
}

Test(product_brand, has_sorted_rows_each_with_its_source)
{
	cr_assert_geq(gb_product_brand_count, 30);
	for (size_t i = 0; i < gb_product_brand_count; i++) {
		const struct gb_product_brand *row = &gb_product_brands[i];

		expect_span(gb_product_brand_find(gb_span_of(row->product)), row->brand);
		cr_expect_neq(row->source[0], '\0', "%s", row->product);
		if (i > 0)
			cr_expect_lt(strcmp(row[-1].product, row->product), 0, "%s", row->product);
	}
}
