/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One arena per request, command or test; everything it makes dies with it.
 * Out of memory, or past the arena's maximum, stops the process: inputs are limited before they get here.
 */
#ifndef SHUNTUI_BASE_ARENA_H
#define SHUNTUI_BASE_ARENA_H

#include <stddef.h>

#include "base/text.h"

struct arena;

struct arena *arena_new(size_t maximum_bytes);
/* Another arena with a maximum of its own, which is freed with `parent` at the latest: when that is freed or reset. */
struct arena *arena_new_within(struct arena *parent, size_t maximum_bytes);
void arena_free(struct arena *arena);                 /* NULL is a no-op; not for one within another */
void arena_reset(struct arena *arena);                /* frees all but the first block */
void *arena_alloc(struct arena *arena, size_t bytes); /* zeroed, aligned for any type; never NULL */
#define arena_new_object(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_new_array(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))
void *arena_alloc_array(struct arena *arena, size_t count, size_t bytes_each);
char *arena_copy(struct arena *arena, struct text text);            /* terminated copy */
struct text arena_copy_text(struct arena *arena, struct text text); /* terminated too */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
