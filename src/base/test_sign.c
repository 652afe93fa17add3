/* SPDX-License-Identifier: Apache-2.0 */
/* Ed25519 against RFC 8032, and sealing that notices every changed byte. */
#include "base/test_support.h"

#include <string.h>

#include "base/sign.h"

static void from_hex(const char *hex, uint8_t *out, size_t length)
{
    size_t written;
    assert_int_equal(hex_decode(text_of(hex), out, length, &written), 0);
    assert_int_equal(written, length);
}

static void signatures_are_those_of_rfc_8032(void **state)
{
    (void)state;
    static const struct {
        const char *seed, *public_key, *signature;
        struct text message;
    } rows[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bb"
         "e24655"
         "141438e7a100b",
         {NULL, 0}},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302"
         "aeeb00"
         "d291612bb0c00",
         {"\x72", 1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t seed[SIGN_SEED_BYTES], expected_key[SIGN_PUBLIC_BYTES], expected[SIGN_BYTES];
        uint8_t public_key[SIGN_PUBLIC_BYTES], secret_key[SIGN_SECRET_BYTES], signature[SIGN_BYTES];
        from_hex(rows[i].seed, seed, sizeof seed);
        from_hex(rows[i].public_key, expected_key, sizeof expected_key);
        from_hex(rows[i].signature, expected, sizeof expected);
        sign_keypair(seed, public_key, secret_key);
        assert_memory_equal(public_key, expected_key, sizeof public_key);
        sign_make(secret_key, rows[i].message, signature);
        assert_memory_equal(signature, expected, sizeof signature);
        assert_int_equal(sign_check(public_key, rows[i].message, signature), 0);
        assert_int_equal(sign_check(public_key, TEXT_LITERAL("another"), signature), -1);
        for (size_t at = 0; at < sizeof signature; at++) {
            signature[at] ^= 1;
            assert_int_equal(sign_check(public_key, rows[i].message, signature), -1);
            signature[at] ^= 1;
        }
        public_key[0] ^= 1;
        assert_int_equal(sign_check(public_key, rows[i].message, signature), -1);
    }
}

static void a_sealed_text_opens_only_as_it_was(void **state)
{
    (void)state;
    const uint8_t key[SEAL_KEY_BYTES] = {1}, other_key[SEAL_KEY_BYTES] = {2}, nonce[SEAL_NONCE_BYTES] = {3};
    struct text plain = TEXT_LITERAL("GAME-1234-5678"), about = TEXT_LITERAL("crd_1");
    uint8_t sealed[14 + SEAL_OVERHEAD_BYTES], opened[14];
    seal_make(key, plain, about, nonce, sealed);
    struct text view = {(char *)sealed, sizeof sealed};
    assert_int_equal(seal_open(key, view, about, opened), 0);
    assert_memory_equal(opened, plain.data, sizeof opened);
    assert_int_equal(seal_open(other_key, view, about, opened), -1);
    assert_int_equal(seal_open(key, view, TEXT_LITERAL("crd_2"), opened), -1);
    for (size_t at = 0; at < sizeof sealed; at++) {
        sealed[at] ^= 0x80;
        assert_int_equal(seal_open(key, view, about, opened), -1);
        sealed[at] ^= 0x80;
    }
    for (size_t length = 0; length < sizeof sealed; length++)
        assert_int_equal(seal_open(key, (struct text){(char *)sealed, length}, about, opened), -1);
}

static void nothing_can_be_sealed_too(void **state)
{
    (void)state;
    const uint8_t key[SEAL_KEY_BYTES] = {1}, nonce[SEAL_NONCE_BYTES] = {3};
    uint8_t sealed[SEAL_OVERHEAD_BYTES], opened[1];
    seal_make(key, (struct text){NULL, 0}, (struct text){NULL, 0}, nonce, sealed);
    assert_int_equal(seal_open(key, (struct text){(char *)sealed, sizeof sealed}, (struct text){NULL, 0}, opened), 0);
}

static void a_wiped_secret_is_zero(void **state)
{
    (void)state;
    char secret[8] = "secret";
    secret_wipe(secret, sizeof secret);
    assert_memory_equal(secret, "\0\0\0\0\0\0\0\0", sizeof secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_those_of_rfc_8032),
        cmocka_unit_test(a_sealed_text_opens_only_as_it_was),
        cmocka_unit_test(nothing_can_be_sealed_too),
        cmocka_unit_test(a_wiped_secret_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
