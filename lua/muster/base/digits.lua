-- digits.lua - how many digits of a number its Monte Carlo standard error supports.
--
-- The last digit that is shown is the one in which twice the error begins: of 4.4105 with an error of 0.07 that is 4.4, since
-- another run may well give 4.3 or 4.5. Digits behind it would be a promise that the draws do not keep.
local core = require "muster.core"
local wrap = require "muster.base.wrap"

local digits = {}

local function finite(v)
  return v == v and v ~= math.huge and v ~= -math.huge
end

-- The decimal place of the last digit: -1 for tenths, 2 for hundreds; nil where nothing limits them.
local function place(mcse)
  if mcse and finite(mcse) and mcse > 0 then
    return math.floor(math.log(2 * mcse, 10) + 1e-12)
  end
end

-- As text; "-" for nothing, four figures where no error is known.
function digits.text(v, mcse)
  local last = place(mcse)
  if v == nil then
    return "-"
  elseif not finite(v) then
    return core.number(v)
  elseif not last then
    return ("%.4g"):format(v)
  elseif last >= 0 then
    local unit = 10.0 ^ last
    v = math.floor(v / unit + 0.5) * unit
    return math.abs(v) < 1e15 and ("%.0f"):format(v) or ("%.6g"):format(v)
  elseif last < -5 then
    -- many zeros say less than a power of ten
    local first = v ~= 0 and math.floor(math.log(math.abs(v), 10)) or last - 1
    return first < last and "0" or ("%%.%dg"):format(math.min(17, first - last + 1)):format(v)
  end
  local text = ("%%.%df"):format(-last):format(v)
  return tonumber(text) == 0 and text:gsub("^%-", "") or text
end

-- Rows of texts as columns, the first to the left and the others to the right, two blanks between.
function digits.aligned(rows)
  local widths, lines = {}, {}
  for _, row in ipairs(rows) do
    for k, text in ipairs(row) do
      widths[k] = math.max(widths[k] or 0, wrap.letters(text))
    end
  end
  for i, row in ipairs(rows) do
    local parts = {}
    for k, text in ipairs(row) do
      local pad = (" "):rep(widths[k] - wrap.letters(text))
      parts[k] = k == 1 and text .. pad or pad .. text
    end
    lines[i] = (table.concat(parts, "  "):gsub("%s+$", ""))
  end
  return table.concat(lines, "\n")
end

return digits
