/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <string.h>

#include "store/store-ops.h"

void gb_store_close(struct gb_store *store)
{
	if (store)
		store->ops->close(store);
}

void gb_store_closep(struct gb_store **store)
{
	gb_store_close(*store);
}

enum gpubadge_code gb_store_read(struct gb_store *store, const char *name, enum gb_link_rule links,
				 uint64_t ceiling, struct gb_span *ret_bytes,
				 struct gpubadge_error *err)
{
	char normal[GB_NAME_BYTES];

	if (!gb_store_clean(gb_span_of(name), normal))
		return gb_error_set(err, GPUBADGE_E_MISSING,
				    "names nothing here: it leads out, is empty or too long");
	return store->ops->read(store, normal, links, ceiling, ret_bytes, err);
}

bool gb_store_has(struct gb_store *store, const char *name)
{
	char normal[GB_NAME_BYTES];

	return gb_store_clean(gb_span_of(name), normal) && store->ops->has(store, normal);
}

const char *gb_store_next(struct gb_store *store, size_t *cursor)
{
	return store->ops->next(store, cursor);
}

enum gb_store_hint gb_store_hint(struct gb_store *store, const char **ret_example)
{
	*ret_example = NULL;
	return store->ops->hint(store, ret_example);
}

/* Appends COMPONENT to the normal form in OUT of length *USED. */
static bool append_component(char out[GB_NAME_BYTES], size_t *used, struct gb_span component)
{
	if (*used + component.len + 2 > GB_NAME_BYTES)
		return false;
	if (*used > 0)
		out[(*used)++] = '/';
	memcpy(out + *used, component.ptr, component.len);
	*used += component.len;
	return true;
}

static void drop_component(const char *out, size_t *used)
{
	while (*used > 0 && out[--*used] != '/')
		;
}

enum climbing { CLIMBING_REFUSED, CLIMBING_INSIDE };

/* Appends NAME to the normal form in OUT, component by component. */
static bool walk(char out[GB_NAME_BYTES], size_t *used, struct gb_span name, enum climbing climbing)
{
	struct gb_span component;

	if (gb_span_index(name, '\0') < name.len)
		return false;
	while (gb_span_split(&name, '/', &component)) {
		if (component.len == 0 || gb_span_is(component, "."))
			continue;
		if (!gb_span_is(component, "..")) {
			if (!append_component(out, used, component))
				return false;
		} else if (climbing == CLIMBING_REFUSED || *used == 0) {
			return false;
		} else {
			drop_component(out, used);
		}
	}
	out[*used] = '\0';
	return *used > 0;
}

bool gb_store_normalise(struct gb_span name, char out[GB_NAME_BYTES])
{
	size_t used = 0;

	return walk(out, &used, name, CLIMBING_REFUSED);
}

bool gb_store_clean(struct gb_span name, char out[GB_NAME_BYTES])
{
	size_t used = 0;

	return walk(out, &used, name, CLIMBING_INSIDE);
}

bool gb_store_resolve(const char *name, struct gb_span target, char out[GB_NAME_BYTES])
{
	const char *slash = strrchr(name, '/');
	size_t used = 0;

	if (slash && !gb_span_starts(target, "/")) {
		used = (size_t)(slash - name);
		memcpy(out, name, used);
	}
	return walk(out, &used, target, CLIMBING_INSIDE);
}

bool gb_store_is_root_name(const char *name)
{
	static const char *const tops[] = {"bin", "etc", "usr", "lib",  "sbin", "var",
					   "opt", "dev", "tmp", "proc", "root", "home"};
	struct gb_span top = {name, strcspn(name, "/")};

	/* Of every member of an archive: the first byte tells most names apart. */
	for (size_t i = 0; i < GB_ARRAY_LEN(tops); i++)
		if (tops[i][0] == name[0] && gb_span_is(top, tops[i]))
			return true;
	return false;
}
