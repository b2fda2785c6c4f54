-- lineage.lua - rows of a table of claims as carriers of claims, and what one printed figure does to another.
--
-- Two printed figures are compared as they are printed: the numbers, and the words in front of them. Bounds are not
-- compared, since "about 11,000" and "nearly 11,000" overlap and still are two sentences.
local category = require "muster.category"
local evidence = require "muster.evidence"

local lineage = {}

-- What may happen to a claim on its way, and whether it then still says what its origin said. `light` is wording,
-- `heavy` is another statement, `link` is a dependence without a change.
lineage.weight_of = {
  ["echo"] = "light", ["qualifier lost"] = "light", ["qualifier softened"] = "light", ["qualifier strengthened"] = "light",
  ["qualifier reversed"] = "light", ["share altered"] = "light", ["rounded"] = "light", ["bound closed"] = "light", ["bound opened"] = "light",
  ["number made a range"] = "heavy", ["range made one number"] = "heavy",
  ["figure altered"] = "heavy", ["end added"] = "heavy", ["end dropped"] = "heavy", ["fused into a range"] = "heavy",
  ["figure of another claim"] = "heavy", ["category widened"] = "heavy", ["category narrowed"] = "heavy",
  ["category changed"] = "heavy", ["another part of the force"] = "heavy", ["planned read as sent"] = "heavy", ["combined read as one side"] = "heavy",
  ["stale"] = "heavy", ["attribution swapped"] = "heavy", ["words made a number"] = "heavy",
  ["repeated"] = "link", ["repeated by a related body"] = "link", ["copied across origins"] = "link",
  ["sum of two figures"] = "link", ["rate from a total"] = "link",
  ["range of two figures"] = "link", ["in another category"] = "link",
}

function lineage.weight(kind)
  return lineage.weight_of[kind] or kind:find "^total read as " and "heavy"
end

function lineage.heavy(kinds)
  for _, kind in ipairs(kinds) do
    if lineage.weight(kind) == "heavy" then
      return true
    end
  end
  return false
end

-- == rows ==============================================================================================

-- The numbers that a figure prints, ascending: one, the two ends of a range, or none when it is said in words.
local function printed(figure)
  if figure == nil or figure.kind == "verbal" then
    return {}
  elseif figure.stated then
    return { figure.stated }
  end
  local list = {}
  for _, x in ipairs { figure.low, figure.high } do
    if x == x and x > 0 and x < math.huge and x ~= list[#list] then
      list[#list + 1] = x
    end
  end
  return list
end

local function number_key(list)
  if #list == 0 then
    return nil
  end
  return #list == 1 and ("%.17g"):format(list[1]) or ("%.17g-%.17g"):format(list[1], list[2])
end

local function node_of(row, at, voices, kinds)
  local figure = evidence.figure(row)
  local numbers, origin = printed(figure), row.origin or "unknown"
  local first = evidence.days(row)
  return {
    at = at, id = row.claim_id or tostring(at), origin = origin, voice = voices[origin] or origin,
    via = row.via, origin_kind = kinds[origin], measure = row.measure, basis = row.basis,
    contingent = row.contingent, reported = row.reported and row.reported.days or nil,
    date = row.reported, as_of = row.as_of and row.as_of.days or nil, as_of_first = first and first.days,
    figure = figure, kind = figure and figure.kind,
    low = figure and figure.low, high = figure and figure.high,
    numbers = numbers, number = number_key(numbers), share = row.share, share_of = row.share_of,
    combined = evidence.has_flag(row, "combined"), month = evidence.has_flag(row, "month_level"),
  }
end

-- Nobody knows when a page without a date was out: it comes last.
function lineage.day(node)
  return node.reported or math.maxinteger
end

-- The claims of a table, in order of first appearance: lists of nodes. `reliability` of carriers settles ties.
function lineage.read(t, sources)
  local voices, kinds, letters = sources and evidence.voices(sources) or {}, {}, {}
  if sources then
    for _, s in sources:rows() do
      kinds[s.source_id], letters[s.source_id] = s.kind, s.reliability
    end
  end
  local claims, nodes = {}, {}
  for k, group in ipairs(evidence.groups(t)) do
    local claim = { nodes = {}, at = k }
    for i, one in ipairs(group.rows) do
      local node = node_of(one.row, one.at, voices, kinds)
      node.claim, node.letter = claim, letters[node.via] or "F"
      claim.nodes[i], nodes[one.at] = node, node
    end
    claims[k] = claim
  end
  return claims, nodes
end

-- == what changed ======================================================================================

local side = { at_least = 1, more_than = 1, up_to = -1, as_many_as = -1, nearly = -1, less_than = -1, about = 0 }
-- Two words for one bound are no change.
local word = { at_least = "at_least", up_to = "up_to", as_many_as = "up_to" }

local function qualifier_change(a, b)
  local from, to = word[a] or a, word[b] or b
  if from == to or from == "range" or to == "range" then
    return "echo"
  elseif to == "exact" then
    return "qualifier lost"
  elseif from == "exact" then
    return "qualifier softened"
  end
  local was, is = side[from], side[to]
  if not was or not is then
    return "echo"
  elseif was * is == -1 then
    return "qualifier reversed"
  elseif was == is then
    return (to == "more_than" or to == "nearly" or to == "less_than") and "qualifier strengthened" or "qualifier softened"
  end
  return is == 0 and "qualifier softened" or "qualifier strengthened"
end

-- The value of the last place that is not zero: 100 of 10,900.
function lineage.grain(x)
  if x == 0 or x ~= math.floor(x) then
    return 1
  end
  local grain = 1
  while x % (grain * 10) == 0 do
    grain = grain * 10
  end
  return grain
end

-- Whether one of two numbers is the other with fewer digits.
local function is_rounding(x, y)
  local coarse = math.max(lineage.grain(x), lineage.grain(y))
  local function rounded(z)
    return math.floor(z / coarse + 0.5) * coarse
  end
  return coarse > 1 and rounded(x) == rounded(y) and math.abs(x - y) <= 0.1 * math.max(x, y)
end

local function has(list, x)
  return list[1] == x or list[2] == x
end

-- What b prints other than a: one word, and for a changed number that number.
local function number_change(a, b)
  local from, to = a.numbers, b.numbers
  if a.number == b.number then
    return qualifier_change(a.kind, b.kind)
  elseif #to == 0 then
    return "qualifier softened"
  elseif #from == 0 then
    return "words made a number", to[1]
  elseif #to == 2 and #from == 1 and has(to, from[1]) then
    if b.low >= a.low - 1 and b.high <= a.high then         -- "more than 20,000" may be printed 20,000-25,000
      return "bound closed"
    end
    return "end added", to[1] == from[1] and to[2] or to[1]
  elseif #to == 1 and #from == 2 and has(from, to[1]) then
    return b.low - 1 <= a.low and b.high >= a.high and "bound opened" or "end dropped"
  elseif #to == 1 and #from == 2 and to[1] > from[1] and to[1] < from[2] then
    return "range made one number", to[1]
  elseif #to == 2 and #from == 1 and from[1] > to[1] and from[1] < to[2] then
    return "number made a range"
  elseif #to == 1 and #from == 1 and is_rounding(from[1], to[1]) then
    return "rounded"
  end
  return "figure altered", #to == 2 and has(from, to[1]) and to[2] or to[1]
end

-- The kinds of change from carrier a to carrier b of one claim, and the number that is new in b, if one is.
function lineage.changes(a, b)
  local kind, new = number_change(a, b)
  local kinds = { kind }
  if a.share and b.share and (a.share ~= b.share or a.share_of ~= b.share_of) then
    kinds[#kinds + 1] = "share altered"
  end
  if a.combined and not b.combined then
    kinds[#kinds + 1] = "combined read as one side"
  end
  if #kinds > 1 and kinds[1] == "echo" then
    table.remove(kinds, 1)
  end
  return kinds, new
end

-- What reading a claim of measure `from` as one of measure `to` is called; nil when the two have nothing in common.
function lineage.category_change(from, to)
  if not from or not to then
    return nil
  elseif from == "planned" then
    local outer = to
    while outer and outer ~= "dispatched" do
      outer = category.within(outer)
    end
    return outer and "planned read as sent"
  end
  local relation = category.relation(from, to)
  if relation == "contains" then
    local single = category.parts(to)
    return single and not to:find "_or_" and "total read as " .. to or "category narrowed"
  elseif relation == "within" then
    return "category widened"
  elseif relation == "overlaps" or relation == "apart" and category.union(from, to) then
    return "category changed"
  end
end

return lineage
