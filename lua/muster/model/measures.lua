-- measures.lua - summaries of numbers by draw, and how many of their digits the draws support.
local core = require "muster.core"
local wrap = require "muster.base.wrap"

local measures = {}

local fixed = {
  { "mean" }, { "sd" }, { "mcse_mean" }, { "mcse_sd" }, { "ess_bulk" }, { "ess_tail" }, { "rhat" },
}

local function finite(v)
  return v == v and v ~= math.huge and v ~= -math.huge and v or nil
end

function measures.quantile_name(p)
  return "q" .. core.number(tonumber(("%.10g"):format(100 * p)))
end

-- For each column of the block: { mean, sd, mcse_mean, mcse_sd, ess_bulk, ess_tail, rhat, quantiles = {}, mcse = {} }; what the draws do
-- not give is nil.
function measures.of(block, quantiles)
  local asked = table.move(fixed, 1, #fixed, 1, {})
  for _, p in ipairs(quantiles) do
    asked[#asked + 1] = { "quantile", p }
    asked[#asked + 1] = { "mcse_quantile", p }
  end
  local out = core.block_measure(block, asked)
  for k, answers in ipairs(out) do
    local row = { quantiles = {}, mcse = {} }
    for i, m in ipairs(fixed) do
      row[m[1]] = finite(answers[i])
    end
    for i = 1, #quantiles do
      row.quantiles[i], row.mcse[i] = answers[#fixed + 2 * i - 1], finite(answers[#fixed + 2 * i])
    end
    out[k] = row
  end
  return out
end

-- A number with its last digit where twice the Monte Carlo error begins; four figures without an error.
function measures.digits(v, mcse)
  if not v then
    return "-"
  elseif v ~= v or v == math.huge or v == -math.huge then
    return core.number(v)
  elseif not mcse or mcse <= 0 then
    return ("%.4g"):format(v)
  end
  local place = math.floor(math.log(2 * mcse, 10))
  if place >= 0 then
    local unit = 10.0 ^ place
    return ("%.0f"):format(math.floor(v / unit + 0.5) * unit)
  elseif place < -12 then
    return ("%.12g"):format(v)
  end
  local text = ("%%.%df"):format(-place):format(v)
  return tonumber(text) == 0 and text:gsub("^%-", "") or text
end

-- Columns of text, the first to the left and the others to the right, with two blanks between.
function measures.aligned(rows)
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

return measures
