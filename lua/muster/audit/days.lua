-- days.lua - claims in the order of their days: d1 is the first day that a claim may describe, d2 the last.
local days = {}

-- A copy of the list that rises (or falls) by `key`, d1 or d2; claims of one day by id.
function days.sorted(list, key, falling)
  local out = table.move(list, 1, #list, 1, {})
  table.sort(out, function(a, b)
    local x, y = a[key], b[key]
    if x ~= y then
      return (x < y) ~= (falling or false)
    end
    return a.id < b.id
  end)
  return out
end

-- The first place in a list that rises by d1 of a claim from `day` on; behind the list when there is none.
function days.first_from(list, day)
  local low, high = 1, #list + 1
  while low < high do
    local mid = (low + high) // 2
    if list[mid].d1 < day then
      low = mid + 1
    else
      high = mid
    end
  end
  return low
end

-- The last place in a list that rises by d2 of a claim before `day`; 0 when there is none.
function days.last_before(list, day)
  local low, high = 0, #list
  while low < high do
    local mid = (low + high + 1) // 2
    if list[mid].d2 < day then
      low = mid
    else
      high = mid - 1
    end
  end
  return low
end

return days
