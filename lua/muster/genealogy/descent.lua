-- descent.lua - whom each carrier of a claim copied: the tree inside one claim.
--
-- The first carrier stands for what the origin said: the earliest day, on that day the statement that most carriers of
-- the claim print, then the better letter of the carrier, then the order in the file. Every other carrier hangs on the
-- one before it that needs the fewest changes, the earlier one when two need as many.
local lineage = require "muster.genealogy.lineage"

local descent = {}

-- What a carrier prints, as one text: carriers with the same text cannot be told apart as parents.
local function statement(node)
  return ("%s|%s|%s|%s|%s"):format(node.kind, node.number, node.share, node.share_of, node.combined)
end

local function in_order(claim)
  local count = {}
  for _, node in ipairs(claim.nodes) do
    node.statement = statement(node)
    count[node.statement] = (count[node.statement] or 0) + 1
  end
  local order = {}
  for i, node in ipairs(claim.nodes) do
    order[i] = node
  end
  table.sort(order, function(a, b)
    local da, db = lineage.day(a), lineage.day(b)
    if da ~= db then
      return da < db
    elseif count[a.statement] ~= count[b.statement] then
      return count[a.statement] > count[b.statement]
    elseif a.letter ~= b.letter then
      return a.letter < b.letter
    end
    return a.at < b.at
  end)
  return order
end

local function cost(kinds)
  local sum = 0
  for _, kind in ipairs(kinds) do
    local weight = lineage.weight(kind)
    local keeps = kind == "end added" or kind == "end dropped"          -- one number is still there
    sum = sum + (kind == "echo" and 0 or weight == "light" and 1 or keeps and 2 or 3)
  end
  return sum
end

-- The links inside one claim, and claim.order: its carriers, the first of them first.
function descent.links(claim, strength)
  local order, links = in_order(claim), {}
  local first_of = {}               -- the first carrier of each statement, a list
  claim.order, claim.root = order, order[1]
  for i, node in ipairs(order) do
    local best, best_cost
    for _, parent in ipairs(first_of) do
      local kinds, new = lineage.changes(parent, node)
      local c = cost(kinds)
      if not best or c < best_cost then
        best, best_cost = { child = node, parent = parent, kinds = kinds, new = new, strength = strength, inside = true }, c
      end
    end
    if best then
      links[#links + 1] = best
    end
    if i == 1 or best_cost > 0 then
      first_of[#first_of + 1] = node
    end
  end
  return links
end

return descent
