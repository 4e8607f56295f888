#include "json/slicer.hpp"

#include "json/slicer_machine.hpp"
#include "json/slices.hpp"

#include <memory>
#include <utility>

namespace integ::json {

struct Slicer::Machine {
  explicit Machine(SliceOptions o) : options(std::move(o)), pass(options), assembler(options) {}

  SliceOptions options;
  SlicerMachine pass;
  SliceAssembler assembler;
};

Slicer::Slicer(SliceOptions options) : machine_(std::make_unique<Machine>(std::move(options))) {}
Slicer::Slicer(Slicer&&) noexcept = default;
Slicer& Slicer::operator=(Slicer&&) noexcept = default;
Slicer::~Slicer() = default;

void Slicer::reset() { machine_->pass.reset(); }

void Slicer::feed(std::string& page) { machine_->pass.feed(page); }

Slices Slicer::finish(std::string& page) {
  machine_->pass.end(page);
  return machine_->assembler.assemble(machine_->pass, page);
}

}  // namespace integ::json
