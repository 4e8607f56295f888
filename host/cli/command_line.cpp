#include "cli/command_line.hpp"

#include "cli/completion.hpp"
#include "cli/print.hpp"
#include "cli/usage.hpp"
#include "cli/verbs.hpp"
#include "worker/process.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <functional>
#include <unistd.h>

namespace integ::cli {
namespace {

using Verb = std::function<int(Host&)>;

// Grammars fill these; the verb that was typed leaves its function in `verb`.
struct Parsed {
  GlobalOptions global;
  RunOptions run;
  SourceOptions source;
  TapOptions tap;
  StateOptions state;
  DiscoverOptions discover;
  std::vector<std::string> paths;
  std::vector<std::string> set;
  std::string connector;
  std::string properties;
  bool json = false;
  bool debug = false;
  Verb verb;
};

void add_globals(CLI::App& app, Parsed& parsed) {
  app.add_option("--plugin-dir", parsed.global.plugin_dirs, "look for plug-ins here first (repeatable)")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_option("--log-format", parsed.global.log_format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.add_option("--log-level", parsed.global.log_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->type_name("LEVEL");
  app.add_flag("-q,--quiet", parsed.global.quiet, "only errors on standard error");
}

CLI::App* verb(CLI::App& app, Parsed& parsed, const std::string& name, const std::string& what,
               const std::string& examples, Verb run) {
  CLI::App* sub = app.add_subcommand(name, what);
  add_globals(*sub, parsed);
  sub->footer("Examples:\n" + examples);
  sub->callback([&parsed, run = std::move(run)] { parsed.verb = run; });
  return sub;
}

void add_paths(CLI::App& sub, Parsed& parsed) {
  sub.add_option("FILE", parsed.paths, "pipelines in YAML, or folders of them")->required()->type_name("");
  sub.add_option("--set", parsed.set, "change a value: config.url=https://example.com (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void add_tape(CLI::App& sub, TapeOptions& tape) {
  CLI::Option* record =
      sub.add_option("--record", tape.record, "keep every exchange in this file, secrets masked")->type_name("FILE");
  sub.add_option("--replay", tape.replay, "answer every request from such a file, without a network")
      ->type_name("FILE")
      ->excludes(record);
}

void add_run(CLI::App& app, Parsed& parsed) {
  CLI::App* sub = verb(app, parsed, "run", "run pipelines",
                       "  integ run pokemon.yaml\n  integ run configs/ --timeout 30m --report report.json\n"
                       "  integ run orders.yaml --stream orders --full-refresh\n  integ run orders.yaml --set "
                       "config.url=http://localhost:8080 --dry-run",
                       [&parsed](Host& host) {
                         parsed.run.paths = parsed.paths;
                         parsed.run.set = parsed.set;
                         return run(host, parsed.run);
                       });
  add_paths(*sub, parsed);
  sub->add_option("--stream", parsed.run.streams, "only this stream (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  sub->add_flag("--full-refresh", parsed.run.full_refresh, "read everything anew, whatever the state says");
  sub->add_flag("--dry-run", parsed.run.dry_run, "check everything, request and write nothing");
  sub->add_option("--timeout", parsed.run.timeout, "end cleanly after this time: 90s, 30m, 2h")->type_name("TIME");
  sub->add_option("--report", parsed.run.report, "write what came of it as JSON")->type_name("FILE");
  add_tape(*sub, parsed.run.tape);
  sub->footer(sub->get_footer() +
              "\n\nExit codes: 0 all done; 1 a sync failed; 2 command line or configuration; 3 some streams failed,\n"
              "the others are complete; 130 or 143 stopped by SIGINT or SIGTERM after a clean flush.");
}

void add_source_options(CLI::App& sub, Parsed& parsed) {
  sub.add_option("COMMAND", parsed.source.command, "spec, check, discover or read")
      ->required()
      ->check(CLI::IsMember({"spec", "check", "discover", "read"}))
      ->type_name("");
  sub.add_option("--config", parsed.source.config, "the connector's configuration, JSON")->type_name("FILE");
  sub.add_option("--catalog", parsed.source.catalog, "the configured catalog, JSON (read)")->type_name("FILE");
  sub.add_option("--state", parsed.source.state, "where to go on from, JSON (read)")->type_name("FILE");
  sub.add_option("--options", parsed.source.options,
                 "http, concurrency, log and validate settings, YAML or JSON (or INTEG_OPTIONS)")
      ->type_name("FILE");
  add_tape(sub, parsed.source.tape);
  sub.add_flag("--debug", parsed.debug, "log more");
}

void add_tap_options(CLI::App& sub, Parsed& parsed) {
  TapOptions& tap = parsed.tap;
  sub.add_option("-c,--config", tap.config, "settings, JSON, or the word ENV (repeatable; later ones win)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  sub.add_option("-s,--state", tap.state, "where to go on from, JSON")->type_name("FILE");
  sub.add_option("--catalog", tap.catalog, "what to read, JSON")->type_name("FILE");
  sub.add_option("-p,--properties", parsed.properties, "the old name of --catalog")->type_name("FILE");
  sub.add_option("--options", tap.options,
                 "http, concurrency, log and validate settings, YAML or JSON (or INTEG_OPTIONS)")
      ->type_name("FILE");
  add_tape(sub, tap.tape);
  sub.add_flag("-d,--discover", tap.discover, "print the catalog");
  sub.add_flag("--about", tap.about, "print what this tap is");
  sub.add_option("--format", tap.about_format, "of --about: text, json or markdown")
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->type_name("FORMAT");
  sub.add_option("--test", tap.test, "read one record a stream, or with =schema only the schemas")
      ->expected(0, 1)
      ->default_str("all")
      ->check(CLI::IsMember({"all", "schema", "off"}))
      ->type_name("WHAT");
  sub.add_flag("--version", tap.version, "print the version");
}

int run_source(Host& host, Parsed& parsed) {
  if (parsed.debug) host.log().set_level(Level::debug);
  return source(host, parsed.source);
}

int run_tap(Host& host, Parsed& parsed) {
  if (parsed.tap.catalog.empty()) parsed.tap.catalog = parsed.properties;
  return tap(host, parsed.tap);
}

void add_platforms(CLI::App& app, Parsed& parsed) {
  CLI::App* source = verb(app, parsed, "source", "be an Airbyte source",
                          "  integ source pokeapi spec\n  integ source pokeapi check --config config.json\n"
                          "  integ source pokeapi read --config config.json --catalog catalog.json --state state.json\n"
                          "  ln -s integ source-pokeapi && ./source-pokeapi spec",
                          [&parsed](Host& host) { return run_source(host, parsed); });
  source->add_option("NAME", parsed.source.connector, "the connector")->required()->type_name("");
  add_source_options(*source, parsed);
  CLI::App* tap = verb(app, parsed, "tap", "be a Singer tap",
                       "  integ tap pokeapi --discover > catalog.json\n"
                       "  integ tap pokeapi --config config.json --catalog catalog.json | target-jsonl\n"
                       "  ln -s integ tap-pokeapi && ./tap-pokeapi --about",
                       [&parsed](Host& host) { return run_tap(host, parsed); });
  tap->add_option("NAME", parsed.tap.connector, "the connector")->required()->type_name("");
  add_tap_options(*tap, parsed);
}

void add_discover(CLI::App& app, Parsed& parsed) {
  CLI::App* sub = verb(app, parsed, "discover", "print the streams of a pipeline's connector, or what they bring",
                       "  integ discover pokemon.yaml\n"
                       "  integ discover pokemon.yaml --infer 3 --stream pokemon\n"
                       "  integ discover pokemon.yaml --infer 3 --format cpp",
                       [&parsed](Host& host) { return discover(host, parsed.paths, parsed.set, parsed.discover); });
  add_paths(*sub, parsed);
  CLI::Option* infer =
      sub->add_option("--infer", parsed.discover.infer, "propose schemas from so many pages of each stream")
          ->check(CLI::Range(1, 1'000'000))
          ->type_name("PAGES");
  sub->add_option("--stream", parsed.discover.streams, "with --infer: only this stream (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->needs(infer);
  sub->add_option("--format", parsed.discover.format, "of --infer: json, or cpp for a connector's structs")
      ->check(CLI::IsMember({"json", "cpp"}))
      ->type_name("FORMAT")
      ->needs(infer);
}

void add_inspection(CLI::App& app, Parsed& parsed) {
  add_paths(*verb(app, parsed, "validate", "check pipelines without a request", "  integ validate configs/",
                  [&parsed](Host& host) { return validate(host, parsed.paths, parsed.set); }),
            parsed);
  add_paths(*verb(app, parsed, "check", "check the configuration and the connection", "  integ check pokemon.yaml",
                  [&parsed](Host& host) { return check(host, parsed.paths, parsed.set); }),
            parsed);
  add_discover(app, parsed);
  CLI::App* list = verb(app, parsed, "plugins", "list the plug-ins, and why others were passed over",
                        "  integ plugins\n  integ plugins --plugin-dir ./build --json",
                        [&parsed](Host& host) { return plugins(host, parsed.json); });
  list->add_flag("--json", parsed.json, "as JSON");
  CLI::App* about = verb(app, parsed, "describe", "describe a connector", "  integ describe pokeapi",
                         [&parsed](Host& host) { return describe(host, parsed.connector, parsed.json); });
  about->add_option("NAME", parsed.connector, "the connector")->required()->type_name("");
  about->add_flag("--json", parsed.json, "as JSON");
}

void add_state(CLI::App& app, Parsed& parsed) {
  CLI::App* sub = verb(app, parsed, "state", "look at and mend the bookmarks of pipelines",
                       "  integ state list\n  integ state show pokemon\n  integ state clear pokemon --stream pokemon\n"
                       "  integ state set orders.yaml --stream orders '{\"since\":\"2024-01-01\"}'",
                       [&parsed](Host& host) { return state(host, parsed.state); });
  StateOptions& options = parsed.state;
  options.store = ".integ/state.db";
  sub->add_option("ACTION", options.action, "list, show, set or clear")
      ->required()
      ->check(CLI::IsMember({"list", "show", "set", "clear"}))
      ->type_name("");
  sub->add_option("PIPELINE", options.pipeline, "the pipeline's name, or its file")->type_name("");
  sub->add_option("JSON", options.value, "of set: the state, or - to read it")->type_name("");
  sub->add_option("--store", options.store, "the store's file, " + options.store + " by default")->type_name("FILE");
  sub->add_option("--stream", options.stream, "one stream, by its name or as NAMESPACE.NAME")->type_name("NAME");
  // Not as a plain option: '' is a namespace too, the one of streams without.
  sub->add_option_function<std::string>(
         "--namespace", [&options](const std::string& given) { options.name_space = given; },
         "the stream's namespace, where its name is not enough")
      ->type_name("NAME");
}

int run_verb(Parsed& parsed) {
  Host host(parsed.global, executable_path());
  return parsed.verb(host);
}

// Airflow and Meltano know an executable's name, not a sub-command.
int as_platform(const std::string& kind, const std::string& connector, int argc, char** argv) {
  CLI::App app(kind == "source" ? "an Airbyte source: connector " + connector : "a Singer tap: connector " + connector,
               kind + "-" + connector);
  Parsed parsed;
  add_globals(app, parsed);
  parsed.source.connector = connector;
  parsed.tap.connector = connector;
  if (kind == "source") {
    add_source_options(app, parsed);
    parsed.verb = [&parsed](Host& host) { return run_source(host, parsed); };
  } else {
    add_tap_options(app, parsed);
    parsed.verb = [&parsed](Host& host) { return run_tap(host, parsed); };
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return end_of_usage(app, error, kind == "tap");
  }
  return run_verb(parsed);
}

}  // namespace

int command_line(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--list-plugin-files") {
    ::_exit(plugin::list_plugin_files({argv + 2, argv + argc}, STDOUT_FILENO));  // no plug-in's destructors run
  }
  if (argc == 4 && std::string_view(argv[1]) == worker::kVerb) {
    ::_exit(worker::serve_connector(argv[2], argv[3]));
  }
  const std::string_view path = argc > 0 ? argv[0] : "integ";
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (const std::string_view kind : {"source", "tap"}) {
    if (name.size() > kind.size() + 1 && name.starts_with(kind) && name[kind.size()] == '-') {
      return as_platform(std::string(kind), std::string(name.substr(kind.size() + 1)), argc, argv);
    }
  }
  CLI::App app("integ pulls data out of HTTP APIs: a connector says what to request, a pipeline where it goes.",
               "integ");
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", std::string("integ ") + INTEG_VERSION);
  app.footer("integ VERB --help says more. Start with `integ plugins` and `integ run FILE`.");
  Parsed parsed;
  add_globals(app, parsed);
  add_run(app, parsed);
  add_inspection(app, parsed);
  add_state(app, parsed);
  add_platforms(app, parsed);
  app.add_subcommand("version", "print the version")->callback([&parsed] {
    parsed.verb = [](Host&) {
      print("integ " + std::string(INTEG_VERSION) + ", plug-in ABI 1." + std::to_string(INTEG_ABI_MINOR) + "\n");
      return 0;
    };
  });
  app.add_subcommand("completion", "print the shell completion: eval \"$(integ completion)\"")
      ->callback([&parsed, &app] {
        parsed.verb = [&app](Host&) {
          print(bash_completion(app));
          return 0;
        };
      });
  try {
    app.parse(argc, argv);
    if (!parsed.verb) {
      print(app.help());
      return argc > 1 ? 2 : 0;
    }
  } catch (const CLI::ParseError& error) {
    return end_of_usage(app, error, argc > 1 && std::string_view(argv[1]) == "tap");
  }
  return run_verb(parsed);
}

}  // namespace integ::cli
