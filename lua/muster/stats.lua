-- stats.lua - muster.stats: its functions are written in C (core/stats) and listed by core/bind/bind_stats.c.
local registry = require "muster.base.registry"

return registry.module("muster.stats", "Exact limits for counts and shares, rates over an uncertain exposure, choice "
  .. "probabilities, distributions: densities, tails and draws.")
