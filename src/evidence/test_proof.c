/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of every index and every pair of sizes up to 300, against the recursive definition, and every way to bend one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "evidence/proof.h"

#define SIZES 300

static uint8_t leaves[SIZES][HASH_BYTES];
static uint8_t roots[SIZES + 1][HASH_BYTES]; /* by the definition, not by the code under test */

/* MTH of RFC 6962 section 2.1, written as the RFC writes it. */
static void definition_root(size_t start, size_t end, uint8_t ret[HASH_BYTES])
{
    if (end - start == 1) {
        memcpy(ret, leaves[start], HASH_BYTES);
        return;
    }
    size_t k = 1;
    while (2 * k < end - start)
        k *= 2;
    uint8_t both[1 + 2 * HASH_BYTES] = {1};
    definition_root(start, start + k, both + 1);
    definition_root(start + k, end, both + 1 + HASH_BYTES);
    hash_sha256(both, sizeof both, ret);
}

static int definition_hash(void *context, unsigned height, uint64_t index, uint8_t ret[HASH_BYTES], struct error *error)
{
    (void)context;
    (void)error;
    static uint8_t known[9][SIZES][HASH_BYTES]; /* each perfect subtree is worked out once */
    static bool is_known[9][SIZES];
    assert_true(height < 9 && (index + 1) << height <= SIZES);
    if (!is_known[height][index])
        definition_root((size_t)index << height, (size_t)(index + 1) << height, known[height][index]);
    is_known[height][index] = true;
    memcpy(ret, known[height][index], HASH_BYTES);
    return 0;
}
static const struct evidence_hash_source source = {definition_hash, NULL};

static int prepare(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        char leaf[16];
        snprintf(leaf, sizeof leaf, "%zu", i);
        evidence_leaf_hash(text_of(leaf), leaves[i]);
    }
    hash_sha256("", 0, roots[0]);
    for (size_t size = 1; size <= SIZES; size++)
        definition_root(0, size, roots[size]);
    return 0;
}

static void every_leaf_of_every_tree_up_to_300_is_proved(void **state)
{
    (void)state;
    struct evidence_path path;
    for (size_t size = 1; size <= SIZES; size++)
        for (size_t index = 0; index < size; index++) {
            assert_int_equal(evidence_inclusion_make(&source, index, size, &path, NULL), 0);
            assert_int_equal(evidence_inclusion_check(leaves[index], index, size, &path, roots[size], NULL), 0);
        }
}

static void a_proof_fits_no_other_index_size_leaf_or_root(void **state)
{
    (void)state;
    struct evidence_path path;
    for (size_t size = 1; size <= 40; size++)
        for (size_t index = 0; index < size; index++) {
            assert_int_equal(evidence_inclusion_make(&source, index, size, &path, NULL), 0);
            for (size_t other = 0; other < size + 3; other++)
                if (other != index)
                    assert_int_equal(evidence_inclusion_check(leaves[index], other, size, &path, roots[size], NULL),
                                     -1);
            for (size_t other = 0; other <= 41; other++)
                if (other != size)
                    assert_int_equal(evidence_inclusion_check(leaves[index], index, size, &path, roots[other], NULL),
                                     -1);
            assert_int_equal(
                evidence_inclusion_check(leaves[(index + 1) % SIZES], index, size, &path, roots[size], NULL), -1);
            for (size_t i = 0; i < path.length; i++) {
                path.hashes[i][i] ^= 1;
                assert_int_equal(evidence_inclusion_check(leaves[index], index, size, &path, roots[size], NULL), -1);
                path.hashes[i][i] ^= 1;
            }
        }
}

static void a_path_that_is_longer_or_shorter_is_refused(void **state)
{
    (void)state;
    struct evidence_path path, bent;
    struct error error;
    for (size_t size = 1; size <= 64; size++)
        for (size_t index = 0; index < size; index++) {
            assert_int_equal(evidence_inclusion_make(&source, index, size, &path, NULL), 0);
            bent = path;
            memset(bent.hashes[bent.length++], 7, HASH_BYTES);
            assert_int_equal(evidence_inclusion_check(leaves[index], index, size, &bent, roots[size], NULL), -1);
            if (path.length == 0)
                continue;
            bent = path;
            bent.length--;
            assert_int_equal(evidence_inclusion_check(leaves[index], index, size, &bent, roots[size], NULL), -1);
        }
    bent = (struct evidence_path){.length = 64};
    assert_int_equal(evidence_inclusion_check(leaves[0], 0, EVIDENCE_SIZE_MAX, &bent, roots[1], &error), -1);
    assert_int_equal(error.code, ERROR_PROOF_MISMATCH);
    bent.length = 0;
    assert_int_equal(evidence_inclusion_check(leaves[0], 0, 0, &bent, roots[1], NULL), -1);
    assert_int_equal(evidence_inclusion_check(leaves[0], 0, EVIDENCE_SIZE_MAX + 1, &bent, roots[1], NULL), -1);
    assert_int_equal(evidence_inclusion_check(leaves[0], UINT64_MAX, UINT64_MAX, &bent, roots[1], NULL), -1);
}

static void every_tree_up_to_300_continues_every_smaller_one(void **state)
{
    (void)state;
    struct evidence_path path;
    for (size_t size = 1; size <= SIZES; size++)
        for (size_t old_size = 1; old_size <= size; old_size++) {
            assert_int_equal(evidence_consistency_make(&source, old_size, size, &path, NULL), 0);
            assert_int_equal(evidence_consistency_check(old_size, size, roots[old_size], roots[size], &path, NULL), 0);
        }
}

static void a_consistency_proof_fits_nothing_else(void **state)
{
    (void)state;
    struct evidence_path path, bent;
    for (size_t size = 1; size <= 40; size++)
        for (size_t old_size = 1; old_size <= size; old_size++) {
            assert_int_equal(evidence_consistency_make(&source, old_size, size, &path, NULL), 0);
            for (size_t other = 0; other <= 41; other++) {
                if (other != old_size)
                    assert_int_equal(evidence_consistency_check(old_size, size, roots[other], roots[size], &path, NULL),
                                     -1);
                if (other != size)
                    assert_int_equal(
                        evidence_consistency_check(old_size, size, roots[old_size], roots[other], &path, NULL), -1);
            }
            for (size_t i = 0; i < path.length; i++) {
                bent = path;
                bent.hashes[i][31] ^= 0x80;
                assert_int_equal(evidence_consistency_check(old_size, size, roots[old_size], roots[size], &bent, NULL),
                                 -1);
            }
            bent = path;
            memset(bent.hashes[bent.length++], 7, HASH_BYTES);
            assert_int_equal(evidence_consistency_check(old_size, size, roots[old_size], roots[size], &bent, NULL), -1);
            if (path.length == 0)
                continue;
            bent = path;
            bent.length--;
            assert_int_equal(evidence_consistency_check(old_size, size, roots[old_size], roots[size], &bent, NULL), -1);
        }
}

static void nothing_is_consistent_with_an_empty_log_or_a_larger_one(void **state)
{
    (void)state;
    struct evidence_path path = {.length = 0};
    struct error error;
    assert_int_equal(evidence_consistency_check(0, 5, roots[0], roots[5], &path, &error), -1);
    assert_int_equal(error.code, ERROR_PROOF_MISMATCH);
    assert_int_equal(evidence_consistency_check(0, 0, roots[0], roots[0], &path, NULL), -1);
    assert_int_equal(evidence_consistency_check(6, 5, roots[6], roots[5], &path, NULL), -1);
    assert_int_equal(evidence_consistency_check(4, 5, roots[4], roots[5], &path, NULL), -1);
    /* Two heads of one size with different roots: a split view. */
    assert_int_equal(evidence_consistency_check(5, 5, roots[4], roots[5], &path, &error), -1);
    assert_non_null(strstr(error.message, "two histories"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_leaf_of_every_tree_up_to_300_is_proved),
        cmocka_unit_test(a_proof_fits_no_other_index_size_leaf_or_root),
        cmocka_unit_test(a_path_that_is_longer_or_shorter_is_refused),
        cmocka_unit_test(every_tree_up_to_300_continues_every_smaller_one),
        cmocka_unit_test(a_consistency_proof_fits_nothing_else),
        cmocka_unit_test(nothing_is_consistent_with_an_empty_log_or_a_larger_one),
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}
