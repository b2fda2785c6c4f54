-- random.lua - a stream of random numbers of its own: the same for the same seed, whatever a script does with math.random.
--
-- SplitMix64 (G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom number generators, 2014), the one that
-- Table:sample uses.
local random = {}

-- A function that gives a number in [0, 1), or with n a whole number 1 to n.
function random.stream(seed)
  local state = seed
  return function(n)
    state = state + 0x9E3779B97F4A7C15
    local z = state
    z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
    z = (z ~ (z >> 27)) * 0x94D049BB133111EB
    local u = ((z ~ (z >> 31)) >> 11) * 0x1p-53
    return n and math.floor(u * n) + 1 or u
  end
end

return random
