/* SPDX-License-Identifier: Apache-2.0 */
/* The log against the published vectors of RFC 6962's reference and against the recursive definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/error.h"
#include "evidence/log.h"
#include "evidence/proof.h"

/* The eight leaves of Certificate Transparency's reference tests, and the roots of their first n. */
static const struct text reference_leaves[8] = {
    {"", 0},
    {"\x00", 1},
    {"\x10", 1},
    {"\x20\x21", 2},
    {"\x30\x31", 2},
    {"\x40\x41\x42\x43", 4},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};
static const char *reference_roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void assert_hash(const uint8_t hash[HASH_BYTES], const char *expected)
{
    char hex[HASH_HEX_BYTES];
    hash_hex(hash, hex);
    assert_string_equal(hex, expected);
}

static void leaf_hash_is_that_of_the_reference(void **state)
{
    (void)state;
    uint8_t hash[HASH_BYTES];
    evidence_leaf_hash(TEXT_LITERAL("L123456"), hash);
    assert_hash(hash, "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    evidence_leaf_hash(TEXT_LITERAL(""), hash);
    assert_hash(hash, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

static void roots_of_the_first_eight_leaves_are_those_of_the_reference(void **state)
{
    (void)state;
    struct evidence_log *log = malloc(sizeof *log);
    struct evidence_range range;
    uint8_t hash[HASH_BYTES];
    evidence_log_init(log);
    evidence_range_init(&range);
    for (size_t n = 0;; n++) {
        evidence_range_root(&range, hash);
        assert_hash(hash, reference_roots[n]);
        evidence_range_root(&log->range, hash);
        assert_hash(hash, reference_roots[n]);
        if (n == 8)
            break;
        evidence_leaf_hash(reference_leaves[n], hash);
        evidence_range_append(&range, hash);
        assert_int_equal(evidence_log_append(log, hash, NULL, NULL), 0);
    }
    free(log);
}

/* Full tiles in memory, as a store keeps them. */
struct tile_store {
    uint8_t tiles[3][300][EVIDENCE_TILE_BYTES];
    uint64_t counts[3];
    uint64_t fail_at;
};

static int store_tile(void *context, unsigned level, uint64_t number, const uint8_t hashes[EVIDENCE_TILE_BYTES],
                      struct error *error)
{
    struct tile_store *store = context;
    if (level == 0 && number + 1 == store->fail_at)
        return error_set(error, ERROR_IO, "no space");
    assert_true(level < 3);
    assert_int_equal(number, store->counts[level]);
    assert_true(number < 300);
    memcpy(store->tiles[level][number], hashes, EVIDENCE_TILE_BYTES);
    store->counts[level]++;
    return 0;
}

static int load_tile(void *context, unsigned level, uint64_t number, uint8_t hashes[EVIDENCE_TILE_BYTES],
                     struct error *error)
{
    struct tile_store *store = context;
    if (level >= 3 || number >= store->counts[level])
        return error_set(error, ERROR_LOG_INCONSISTENT, "no such tile");
    memcpy(hashes, store->tiles[level][number], EVIDENCE_TILE_BYTES);
    return 0;
}

static void number_leaf(uint64_t number, uint8_t hash[HASH_BYTES])
{
    char leaf[32];
    snprintf(leaf, sizeof leaf, "leaf %llu", (unsigned long long)number);
    evidence_leaf_hash(text_of(leaf), hash);
}

static void full_tiles_come_in_order_and_give_the_root_again(void **state)
{
    (void)state;
    struct tile_store *store = calloc(1, sizeof *store);
    struct evidence_log *log = malloc(sizeof *log), *again = malloc(sizeof *again);
    const struct evidence_tile_sink sink = {store_tile, store};
    const struct evidence_tile_source source = {load_tile, store};
    evidence_log_init(log);
    const uint64_t last = 66000; /* past 256 full tiles: a tile of level 1 is full too */
    for (uint64_t n = 0; n <= last; n++) {
        if (n < 3 || n % 9973 == 0 || n == 255 || n == 256 || n == 65536 || n == last) {
            evidence_log_init(again);
            assert_int_equal(evidence_log_restore(again, n, (const uint8_t(*)[HASH_BYTES])log->tail[0], &source, NULL),
                             0);
            uint8_t expected[HASH_BYTES], root[HASH_BYTES], made[HASH_BYTES];
            evidence_range_root(&log->range, expected);
            evidence_range_root(&again->range, root);
            assert_memory_equal(root, expected, HASH_BYTES);
            struct evidence_tiles tiles;
            evidence_tiles_init(&tiles, again, &source);
            struct evidence_hash_source hashes = evidence_tiles_hashes(&tiles);
            assert_int_equal(evidence_root_make(&hashes, n, made, NULL), 0);
            assert_memory_equal(made, expected, HASH_BYTES);
        }
        uint8_t hash[HASH_BYTES];
        number_leaf(n, hash);
        assert_int_equal(evidence_log_append(log, hash, &sink, NULL), 0);
    }
    assert_int_equal(store->counts[0], (last + 1) / 256);
    assert_int_equal(store->counts[1], 1);
    /* A proof across both levels of tiles and the tails. */
    struct evidence_tiles tiles;
    struct evidence_path path;
    uint8_t hash[HASH_BYTES], root[HASH_BYTES];
    evidence_tiles_init(&tiles, log, &source);
    struct evidence_hash_source hashes = evidence_tiles_hashes(&tiles);
    evidence_range_root(&log->range, root);
    const uint64_t indexes[] = {0, 1, 255, 256, 40000, 65535, 65536, last};
    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
        assert_int_equal(evidence_inclusion_make(&hashes, indexes[i], last + 1, &path, NULL), 0);
        number_leaf(indexes[i], hash);
        assert_int_equal(evidence_inclusion_check(hash, indexes[i], last + 1, &path, root, NULL), 0);
    }
    free(again);
    free(log);
    free(store);
}

static void a_copy_put_back_after_a_failed_batch_grows_as_if_nothing_had_happened(void **state)
{
    (void)state;
    struct tile_store *store = calloc(1, sizeof *store);
    struct evidence_log *log = malloc(sizeof *log), *saved = malloc(sizeof *saved), *plain = malloc(sizeof *plain);
    const struct evidence_tile_sink sink = {store_tile, store};
    struct error error;
    uint8_t hash[HASH_BYTES];
    evidence_log_init(log);
    evidence_log_init(plain);
    memset(saved, 0xa5, sizeof *saved);
    for (uint64_t n = 0; n < 200; n++) {
        number_leaf(n, hash);
        assert_int_equal(evidence_log_append(log, hash, &sink, NULL), 0);
    }
    evidence_log_copy(saved, log);
    store->fail_at = 1;
    int status = 0;
    for (uint64_t n = 200; n < 300 && status == 0; n++) {
        number_leaf(n + 1000000, hash);
        status = evidence_log_append(log, hash, &sink, &error);
    }
    assert_int_equal(status, -1);
    assert_int_equal(error.code, ERROR_IO);
    store->fail_at = 0;
    evidence_log_copy(log, saved);
    for (uint64_t n = 0; n < 1000; n++) {
        number_leaf(n, hash);
        if (n >= 200)
            assert_int_equal(evidence_log_append(log, hash, &sink, NULL), 0);
        assert_int_equal(evidence_log_append(plain, hash, NULL, NULL), 0);
    }
    uint8_t root[HASH_BYTES], expected[HASH_BYTES];
    evidence_range_root(&log->range, root);
    evidence_range_root(&plain->range, expected);
    assert_memory_equal(root, expected, HASH_BYTES);
    assert_int_equal(store->counts[0], 3);
    free(plain);
    free(saved);
    free(log);
    free(store);
}

static void a_missing_tile_is_reported_when_the_log_is_restored(void **state)
{
    (void)state;
    struct tile_store *store = calloc(1, sizeof *store);
    struct evidence_log *log = malloc(sizeof *log);
    const struct evidence_tile_source source = {load_tile, store};
    struct error error;
    assert_int_equal(evidence_log_restore(log, 256, NULL, &source, &error), -1);
    assert_int_equal(error.code, ERROR_LOG_INCONSISTENT);
    free(log);
    free(store);
}

static void appending_stays_cheap(void **state)
{
    (void)state;
    struct evidence_log *log = malloc(sizeof *log);
    uint8_t hash[HASH_BYTES] = {1};
    struct timespec start, end;
    evidence_log_init(log);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    const int count = 200000;
    for (int n = 0; n < count; n++)
        assert_int_equal(evidence_log_append(log, hash, NULL, NULL), 0);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double ns = ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / count;
    print_message("# %.0f ns per append\n", ns);
    /* The bound is far above the aim of 1000 ns, so that a sanitizer build on a busy machine passes. */
    assert_true(ns < 20000);
    free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaf_hash_is_that_of_the_reference),
        cmocka_unit_test(roots_of_the_first_eight_leaves_are_those_of_the_reference),
        cmocka_unit_test(full_tiles_come_in_order_and_give_the_root_again),
        cmocka_unit_test(a_copy_put_back_after_a_failed_batch_grows_as_if_nothing_had_happened),
        cmocka_unit_test(a_missing_tile_is_reported_when_the_log_is_restored),
        cmocka_unit_test(appending_stays_cheap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
