/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/product-brand.h"

#include <stdlib.h>
#include <string.h>

#include "fleet/product-name.h"

static int compare(const void *name, const void *row)
{
	return strcmp(((const struct gb_product_name *)name)->text,
		      ((const struct gb_product_brand *)row)->product);
}

struct gb_span gb_product_brand_find(struct gb_span product)
{
	const struct gb_product_brand *row = NULL;
	struct gb_product_name name;

	/* Exact, because the next letter changes the brand: A10 is NVIDIA, A10-12Q a vGPU. */
	if (gb_product_name_parse(product, &name))
		row = bsearch(&name, gb_product_brands, gb_product_brand_count,
			      sizeof(gb_product_brands[0]), compare);
	return gb_span_of(row ? row->brand : NULL);
}
