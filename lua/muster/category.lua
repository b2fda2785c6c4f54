-- category.lua - muster.category: its functions are written in C (core/table/category.c) and listed by core/bind/bind_category.c.
local registry = require "muster.base.registry"

return registry.module("muster.category", "What measures count, as sets of people: parts of losses, forces within forces.")
