/* SPDX-License-Identifier: Apache-2.0 */
/* A bump allocator in blocks. Objects are zeroed; nothing is freed one by one. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_FIRST_BLOCK_BYTES ((size_t)4096)
#define ARENA_BLOCK_BYTES_MAX ((size_t)256 * 1024)

struct arena_block {
    struct arena_block *next; /* the block before this one in time */
    size_t capacity, used;
    _Alignas(max_align_t) char data[];
};

struct arena {
    struct arena_block *current;
    size_t total_bytes, maximum_bytes;
    struct arena *within, *next; /* the newest one within this; the one before in the same parent */
};

static struct arena_block *block_new(size_t capacity, struct arena_block *next)
{
    struct arena_block *block = malloc(sizeof *block + capacity);
    if (!block)
        abort();
    block->next = next;
    block->capacity = capacity;
    block->used = 0;
    return block;
}

struct arena *arena_new(size_t maximum_bytes)
{
    assert(maximum_bytes > 0);
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        abort();
    arena->maximum_bytes = maximum_bytes;
    arena->current = block_new(ARENA_FIRST_BLOCK_BYTES, NULL);
    return arena;
}

struct arena *arena_new_within(struct arena *parent, size_t maximum_bytes)
{
    assert(parent);
    struct arena *arena = arena_new(maximum_bytes);
    arena->next = parent->within;
    parent->within = arena;
    return arena;
}

void arena_reset(struct arena *arena)
{
    assert(arena);
    while (arena->within) {
        struct arena *within = arena->within;
        arena->within = within->next;
        arena_free(within);
    }
    while (arena->current->next) {
        struct arena_block *block = arena->current;
        arena->current = block->next;
        free(block);
    }
    arena->current->used = 0;
    arena->total_bytes = 0;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    arena_reset(arena);
    free(arena->current);
    free(arena);
}

static void arena_add_block(struct arena *arena, size_t bytes)
{
    size_t capacity = arena->current->capacity * 2;
    if (capacity > ARENA_BLOCK_BYTES_MAX)
        capacity = ARENA_BLOCK_BYTES_MAX;
    if (capacity < bytes)
        capacity = bytes;
    arena->current = block_new(capacity, arena->current);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    assert(arena);
    assert(bytes <= arena->maximum_bytes); /* also keeps the rounding below from overflowing */
    const size_t alignment = _Alignof(max_align_t);
    size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    assert(rounded <= arena->maximum_bytes - arena->total_bytes);
    if (rounded > arena->current->capacity - arena->current->used)
        arena_add_block(arena, rounded);
    void *result = arena->current->data + arena->current->used;
    arena->current->used += rounded;
    arena->total_bytes += rounded;
    memset(result, 0, bytes);
    return result;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t bytes_each)
{
    size_t bytes;
    bool overflow = __builtin_mul_overflow(count, bytes_each, &bytes);
    assert(!overflow);
    return arena_alloc(arena, bytes);
}

char *arena_copy(struct arena *arena, struct text text)
{
    char *copy = arena_alloc(arena, text.length + 1);
    if (text.length)
        memcpy(copy, text.data, text.length);
    return copy;
}

struct text arena_copy_text(struct arena *arena, struct text text)
{
    return (struct text){arena_copy(arena, text), text.length};
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    char *out = arena_alloc(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(out, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return out;
}
