/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/settings.h"

#define WORDS_MAX 80

/* Splits at spaces; "_" stands for an empty argument. */
static int parse(const char *line, struct cli_args *ret, struct error *error)
{
    static char text[512];
    char *words[WORDS_MAX] = {"shuntui"}, *rest = NULL;
    int count = 1;
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok_r(text, " ", &rest); word && count < WORDS_MAX; word = strtok_r(NULL, " ", &rest))
        words[count++] = strcmp(word, "_") == 0 ? "" : word;
    error_clear(error);
    return cli_parse(count, words, ret, error);
}

static void options_stand_anywhere_after_the_command(void **state)
{
    static const char *const lines[] = {
        "verify --log-key k --json b.tar", "verify b.tar --log-key k --json",    "verify --log-key=k b.tar --json",
        "--json verify b.tar --log-key k", "verify --json --log-key=k -- b.tar",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct cli_args args;
        struct error error;
        if (parse(lines[i], &args, &error) < 0)
            fail_msg("%s: %s", lines[i], error.message);
        assert_int_equal(args.command, CLI_COMMAND_VERIFY);
        assert_true(args.given[CLI_OPTION_ANY_JSON]);
        assert_string_equal(args.values[CLI_OPTION_VERIFY_LOG_KEY], "k");
        assert_int_equal(args.operand_count, 1);
        assert_string_equal(args.operands[0], "b.tar");
    }
}

static void what_follows_two_dashes_is_an_operand(void **state)
{
    struct cli_args args;
    struct error error;
    (void)state;
    assert_int_equal(parse("policy check -- --json -- -x", &args, &error), 0);
    assert_false(args.given[CLI_OPTION_ANY_JSON]);
    assert_int_equal(args.operand_count, 3);
    assert_string_equal(args.operands[0], "--json");
    assert_string_equal(args.operands[1], "--");
    assert_string_equal(args.operands[2], "-x");
    assert_int_equal(parse("policy check -", &args, &error), 0);
    assert_string_equal(args.operands[0], "-");
}

static void a_line_that_is_not_understood_says_why(void **state)
{
    static const struct {
        const char *line, *message, *hint;
    } cases[] = {
        {"verfy x", "there is no command \"verfy\"", "verify"},
        {"policy", "there is no command \"policy\"", ""},
        {"ledger", "there is no command \"ledger\"", ""},
        {"policy explian x", "\"policy explian\"", "policy explain"},
        {"verify", "needs BUNDLE", "usage: shuntui verify BUNDLE"},
        {"verify a b", "does not take \"b\"", "usage"},
        {"verify a --state s", "no option --state", ""},
        {"verify a --log-key", "--log-key needs a value", ""},
        {"verify a --log-key=", "--log-key needs a value", ""},
        {"verify a --log-key _", "--log-key needs a value", ""},
        {"verify a --log-key k --log-key k", "given twice", ""},
        {"verify a --json=1", "--json takes no value", ""},
        {"verify a --log", "no option --log ", ""},
        {"verify a --", "", NULL},
        {"verify a -v", "no option", ""},
        {"--log-key k verify a", "no option --log-key", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cli_args args;
        struct error error;
        int result = parse(cases[i].line, &args, &error);
        if (!cases[i].hint) {
            assert_int_equal(result, 0);
            continue;
        }
        if (result == 0 || error.code != ERROR_CLI_USAGE || !strstr(error.message, cases[i].message) ||
            !strstr(error.hint, cases[i].hint))
            fail_msg("%s: \"%s\" \"%s\"", cases[i].line, error.message, error.hint);
    }
}

static void help_needs_no_operands(void **state)
{
    struct cli_args args;
    struct error error;
    (void)state;
    assert_int_equal(parse("verify --help", &args, &error), 0);
    assert_int_equal(parse("-h", &args, &error), 0);
    assert_int_equal(args.command, CLI_COMMAND_ANY);
    assert_int_equal(parse("", &args, &error), 0);
}

static void an_option_wins_over_its_variable_and_that_over_the_default(void **state)
{
    struct cli_args args;
    struct cli_settings settings;
    struct error error;
    (void)state;
    unsetenv("SHUNTUI_LISTEN");
    assert_int_equal(parse("serve", &args, &error), 0);
    assert_int_equal(cli_settings_read(&args, &settings, &error), 0);
    assert_string_equal(settings.address, "127.0.0.1");
    assert_int_equal(settings.port, 8080);
    assert_false(settings.rate_limit);
    assert_false(settings.behind_proxy);
    setenv("SHUNTUI_LISTEN", "0.0.0.0:81", 1);
    assert_int_equal(cli_settings_read(&args, &settings, &error), 0);
    assert_string_equal(settings.address, "0.0.0.0");
    assert_int_equal(settings.port, 81);
    assert_int_equal(parse("serve --listen=[::1]:82 --rate-limit on --behind-proxy on", &args, &error), 0);
    assert_int_equal(cli_settings_read(&args, &settings, &error), 0);
    assert_string_equal(settings.address, "::1");
    assert_int_equal(settings.port, 82);
    assert_true(settings.rate_limit);
    assert_true(settings.behind_proxy);
    unsetenv("SHUNTUI_LISTEN");
}

static void every_row_of_the_tables_can_be_said(void **state)
{
    (void)state;
    for (int c = 0; c < CLI_COMMAND_ANY; c++) {
        assert_true(cli_commands[c].least <= cli_commands[c].most);
        assert_true(cli_commands[c].most <= CLI_OPERANDS_MAX);
        for (int o = 0; o < CLI_OPTION_COUNT; o++) {
            if (cli_options[o].command != CLI_COMMAND_ANY && cli_options[o].command != (enum cli_command_id)c)
                continue;
            char line[256];
            struct cli_args args;
            struct error error;
            snprintf(line, sizeof line, "%s --%s%s --help", cli_commands[c].words, cli_options[o].name,
                     *cli_options[o].value ? "=v" : "");
            if (strcmp(cli_options[o].name, "help") == 0)
                continue;
            if (parse(line, &args, &error) < 0)
                fail_msg("%s: %s", line, error.message);
            assert_true(args.given[o]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere_after_the_command),
        cmocka_unit_test(what_follows_two_dashes_is_an_operand),
        cmocka_unit_test(a_line_that_is_not_understood_says_why),
        cmocka_unit_test(help_needs_no_operands),
        cmocka_unit_test(an_option_wins_over_its_variable_and_that_over_the_default),
        cmocka_unit_test(every_row_of_the_tables_can_be_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
