#include "cli/completion.hpp"

namespace integ::cli {
namespace {

std::string options_of(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) out += " --" + name;
  }
  return out;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string verbs;
  std::string cases;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    verbs += ' ' + sub->get_name();
    cases += "    " + sub->get_name() + ") words='" + options_of(*sub) + "' ;;\n";
  }
  return "_integ() {\n"
         "  local words='' verb=${COMP_WORDS[1]} now=${COMP_WORDS[COMP_CWORD]}\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W '" +
         verbs +
         "' -- \"$now\")\n"
         "    return\n"
         "  fi\n"
         "  case $verb in\n" +
         cases +
         "  esac\n"
         "  case $verb:$COMP_CWORD in\n"
         "    source:3) words='spec check discover read' ;;\n"
         "    state:2) words='list show set clear' ;;\n"
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$now\")\n"
         "}\n"
         "complete -o default -F _integ integ\n";
}

}  // namespace integ::cli
