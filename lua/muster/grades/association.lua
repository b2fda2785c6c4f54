-- association.lua - how far the letters of sources and the numbers of claims go together.
--
-- Letter and number should be judged apart. Goodman and Kruskal's gamma is the surplus of pairs of claims in which the better
-- letter has the better number over those in which it has the worse one, among pairs that differ in both. Claims of one source
-- share its letter, so the interval comes from drawing sources anew, not claims.
-- Source: L. Goodman and W. Kruskal, Measures of association for cross classifications, JASA 49 (1954) 732-764.
local random = require "muster.base.random"
local admiralty = require "muster.grades.admiralty"

local association = {}

local function empty()
  local t = {}
  for i = 1, 5 do
    t[i] = { 0, 0, 0, 0, 0 }
  end
  return t
end

-- gamma, pairs that agree and that differ; gamma is nil when no pair differs in both.
local function gamma(t)
  local agree, oppose = 0, 0
  for i = 1, 5 do
    for j = 1, 5 do
      if t[i][j] > 0 then
        for k = i + 1, 5 do
          for l = 1, 5 do
            if l > j then
              agree = agree + t[i][j] * t[k][l]
            elseif l < j then
              oppose = oppose + t[i][j] * t[k][l]
            end
          end
        end
      end
    end
  end
  return agree + oppose > 0 and (agree - oppose) / (agree + oppose) or nil, agree, oppose
end

-- Claims whose number is the rank of the letter (B with 2, C with 3), and how many chance would give.
local function paired(t, n)
  local same, chance = 0, 0
  for i = 1, 5 do
    local row, column = 0, 0
    for j = 1, 5 do
      row, column = row + t[i][j], column + t[j][i]
    end
    same, chance = same + t[i][i], chance + row * column / n
  end
  return same, chance
end

local function per_cent(v)
  return ("%.0f"):format(100 * v)
end

local function words(r)
  if not r.gamma then
    return ("%d claims with a letter and a number, and no two that differ in both: nothing can be said."):format(r.n)
  end
  local text = ("%d of %d claims (%s %%) have the number that is their letter's rank (B with 2, C with 3), %s %% would by "
    .. "chance. Of two claims that differ in both, the better letter has the better number in %s %%"):format(r.paired, r.n,
    per_cent(r.paired / r.n), per_cent(r.by_chance / r.n), per_cent((1 + r.gamma) / 2))
  if not r.low then
    return text .. ". Too few sources for an interval."
  end
  return ("%s (%s %% interval %s-%s %%, drawing sources anew). %s"):format(text, per_cent(r.level), per_cent((1 + r.low) / 2),
    per_cent((1 + r.high) / 2), r.low > 0.5 and "They go together strongly: check that the number is not the letter once more."
      or r.low > 0 and "They go together." or r.high < 0 and "They oppose each other." or "Whether they go together cannot be told.")
end

-- `list` of { source, letter, number }, unjudged ones left out by the caller.
function association.of(list, level, draws, seed)
  local total, by_source, order = empty(), {}, {}
  for _, item in ipairs(list) do
    local own = by_source[item.source]
    if not own then
      own = empty()
      by_source[item.source], order[#order + 1] = own, own
    end
    local i = admiralty.rank[item.letter]
    total[i][item.number] = total[i][item.number] + 1
    own[i][item.number] = own[i][item.number] + 1
  end
  local out = { n = #list, sources = #order, level = level, table = total }
  out.gamma, out.agree, out.oppose = gamma(total)
  if #list > 0 then
    out.paired, out.by_chance = paired(total, #list)
  end
  local next_one, found = random.stream(seed), {}
  for _ = 1, #order >= 5 and draws or 0 do
    local t = empty()
    for _ = 1, #order do
      local own = order[next_one(#order)]
      for i = 1, 5 do
        for j = 1, 5 do
          t[i][j] = t[i][j] + own[i][j]
        end
      end
    end
    found[#found + 1] = (gamma(t))
  end
  table.sort(found)
  -- a draw of sources without a pair says nothing, and too many such draws make no interval
  if #found >= draws * 0.9 and out.gamma then
    out.low = found[math.max(1, math.floor((1 - level) / 2 * #found + 0.5))]
    out.high = found[math.min(#found, math.ceil((1 + level) / 2 * #found))]
  end
  out.text = words(out)
  return out
end

return association
