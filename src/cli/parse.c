/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the command line by the tables of commands and options. Options may stand anywhere after the command's words. */
#include <assert.h>
#include <string.h>

#include "cli/cli.h"

const struct cli_option cli_options[CLI_OPTION_COUNT] = {
#define OPTION_ROW(command, name, long_name, value, en, zh) {CLI_COMMAND_##command, long_name, value, en, zh},
#include "cli/options.def"
#undef OPTION_ROW
};

const struct cli_command cli_commands[CLI_COMMAND_ANY] = {
#define COMMAND_ROW(name, words, operands, least, most, run, en, zh) {words, operands, least, most, run, en, zh},
#include "cli/commands.def"
#undef COMMAND_ROW
};

static bool option_applies(int option, enum cli_command_id command)
{
    return cli_options[option].command == CLI_COMMAND_ANY || cli_options[option].command == command;
}

static int unknown_option(const char *name, enum cli_command_id command, struct error *error)
{
    const char *names[CLI_OPTION_COUNT];
    size_t count = 0;
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (option_applies(i, command))
            names[count++] = cli_options[i].name;
    }
    const char *nearest = json_nearest(text_of(name), names, count);
    error_set(error, ERROR_CLI_USAGE, "there is no option --%.60s here", name);
    if (nearest)
        return error_hint(error, "did you mean --%s?", nearest);
    return error_hint(error, "--help lists the options");
}

/* text is what follows "--". Takes the next argument when the value is not attached. Returns the arguments used, or -1. */
static int parse_option(const char *text, const char *next, struct cli_args *args, struct error *error)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        const struct cli_option *option = &cli_options[i];
        if (!option_applies(i, args->command) || strlen(option->name) != length ||
            strncmp(option->name, text, length) != 0)
            continue;
        if (args->given[i])
            return error_set(error, ERROR_CLI_USAGE, "--%s was given twice", option->name);
        args->given[i] = true;
        if (!*option->value)
            return equals ? error_set(error, ERROR_CLI_USAGE, "--%s takes no value", option->name) : 1;
        args->values[i] = equals ? equals + 1 : next;
        if (!args->values[i] || !*args->values[i])
            return error_set(error, ERROR_CLI_USAGE, "--%s needs a value: %s", option->name, option->value);
        return equals ? 1 : 2;
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), text);
    return unknown_option(name, args->command, error);
}

/* Matches the words of a command against the arguments. Returns how many arguments it took, or 0. */
static int match_words(const char *words, int argc, char *const *argv)
{
    int used = 0;
    while (*words) {
        size_t length = strcspn(words, " ");
        if (used >= argc || strlen(argv[used]) != length || strncmp(argv[used], words, length) != 0)
            return 0;
        used++;
        words += length + (words[length] == ' ');
    }
    return used;
}

static int unknown_command(int argc, char *const *argv, struct error *error)
{
    const char *names[CLI_COMMAND_ANY];
    char said[64];
    for (int i = 0; i < CLI_COMMAND_ANY; i++)
        names[i] = cli_commands[i].words;
    bool two = argc > 1 && argv[1][0] != '-' && strcmp(argv[0], "policy") == 0;
    snprintf(said, sizeof said, "%.28s%s%.28s", argv[0], two ? " " : "", two ? argv[1] : "");
    const char *nearest = json_nearest(text_of(said), names, CLI_COMMAND_ANY);
    error_set(error, ERROR_CLI_USAGE, "there is no command \"%s\"", said);
    if (nearest)
        return error_hint(error, "did you mean \"shuntui %s\"?", nearest);
    return error_hint(error, "shuntui --help lists the commands");
}

static int check_operands(const struct cli_args *args, struct error *error)
{
    if (args->given[CLI_OPTION_ANY_HELP])
        return 0;
    const struct cli_command *command = &cli_commands[args->command];
    if (args->operand_count < command->least)
        error_set(error, ERROR_CLI_USAGE, "\"%s\" needs %s", command->words, command->operands);
    else if (args->operand_count > command->most)
        error_set(error, ERROR_CLI_USAGE, "\"%s\" does not take \"%.80s\"", command->words,
                  args->operands[command->most]);
    else
        return 0;
    return error_hint(error, "usage: shuntui %s%s%s", command->words, *command->operands ? " " : "", command->operands);
}

static int find_command(int argc, char *const *argv, struct cli_args *args, struct error *error)
{
    for (int i = 0; i < CLI_COMMAND_ANY; i++) {
        int used = match_words(cli_commands[i].words, argc, argv);
        if (used) {
            args->command = (enum cli_command_id)i;
            return used;
        }
    }
    return unknown_command(argc, argv, error);
}

int cli_parse(int argc, char *const *argv, struct cli_args *ret, struct error *error)
{
    assert(argc >= 1 && argv && ret);
    *ret = (struct cli_args){.command = CLI_COMMAND_ANY};
    int i = 1;
    bool options_end = false;
    while (i < argc) {
        const char *argument = argv[i];
        int used = 1;
        if (!options_end && strcmp(argument, "--") == 0)
            options_end = true;
        else if (!options_end && strcmp(argument, "-h") == 0)
            ret->given[CLI_OPTION_ANY_HELP] = true;
        else if (!options_end && strncmp(argument, "--", 2) == 0)
            used = parse_option(argument + 2, i + 1 < argc ? argv[i + 1] : NULL, ret, error);
        else if (!options_end && argument[0] == '-' && argument[1])
            return unknown_option(argument + 1, ret->command, error);
        else if (ret->command == CLI_COMMAND_ANY)
            used = find_command(argc - i, argv + i, ret, error);
        else if (ret->operand_count == CLI_OPERANDS_MAX)
            return error_set(error, ERROR_CLI_USAGE, "more than %d operands", CLI_OPERANDS_MAX);
        else
            ret->operands[ret->operand_count++] = argument;
        if (used < 0)
            return -1;
        i += used;
    }
    return ret->command == CLI_COMMAND_ANY ? 0 : check_operands(ret, error);
}
