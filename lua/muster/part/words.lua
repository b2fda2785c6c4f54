-- words.lua - the words of size that muster.quantity reads, as a table.
local core = require "muster.core"
local registry = require "muster.base.registry"

return function(muster)
  muster.quantity_words = registry.define {
    name = "muster.quantity_words",
    args = "",
    returns = "Table",
    help = "The words of size that muster.quantity reads, with the bounds they stand for and who says so. Columns word, use (count: alone; times: before "
      .. "hundred, thousand, dozen or a unit; unit: of soldiers; share: of a whole), low, high, source.",
    example = "return muster.quantity_words():filter \"word == 'battalion'\"",
    fn = function()
      return muster.table(core.quantity_words(), { "word", "use", "low", "high", "source" })
    end,
  }
end
