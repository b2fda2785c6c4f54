-- show.lua - a Lua value as the prompt prints it: sorted keys, no addresses, limited depth and length.
local core = require "muster.core"
local registry = require "muster.base.registry"

local show = {}

local DEPTH, ITEMS, WIDTH = 3, 40, 76

local words = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then
  true until while]]):gmatch "%a+" do
  words[word] = true
end

local function key_text(key)
  if type(key) == "string" and key:find "^[%a_][%w_]*$" and not words[key] then
    return key
  end
  return "[" .. (type(key) == "string" and ("%q"):format(key) or tostring(key)) .. "]"
end

-- Numbers, then strings, then the rest: an order that does not depend on where things lie in memory.
local function before(a, b)
  local rank = { number = 1, string = 2, boolean = 3 }
  local ra, rb = rank[type(a)] or 4, rank[type(b)] or 4
  if ra ~= rb then
    return ra < rb
  elseif ra <= 2 then
    return a < b
  end
  return ra == 3 and a and not b
end

local function function_text(f)
  local record = registry.by_value[f]
  if record then
    return ("function %s(%s)"):format(record.name, record.args)
  end
  local info = debug.getinfo(f, "S")
  return info.what == "C" and "function in C" or ("function at %s:%d"):format(info.short_src, info.linedefined)
end

local function string_text(s)
  return '"' .. s:gsub('[%c"\\]', function(c)
    local short = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ['"'] = '\\"', ["\\"] = "\\\\" }
    return short[c] or ("\\x%02x"):format(c:byte())
  end) .. '"'
end

local value_text

-- Where a table was met first, as the path to it: "_", "_.next", "_[1]".
local function step(path, key)
  local text = key_text(key)
  return path .. (text:sub(1, 1) == "[" and "" or ".") .. text
end

local function table_text(t, path, depth, seen, indent)
  if seen[t] then
    return "<" .. seen[t] .. ">"
  elseif next(t) == nil then
    return "{}"
  elseif depth > DEPTH then
    return "{...}"
  end
  seen[t] = path
  local parts, listed, count = {}, 0, 0
  local function add(text)
    count = count + 1
    if count <= ITEMS then
      parts[count] = text
    end
  end
  for i = 1, rawlen(t) do
    local v = rawget(t, i)
    if v == nil or count > ITEMS then
      break
    end
    listed = i
    add(value_text(v, step(path, i), depth + 1, seen, indent .. "  "))
  end
  listed = math.max(listed, 0)
  local keys = {}
  for key in next, t do
    if not (math.type(key) == "integer" and key >= 1 and key <= rawlen(t) and (key <= listed or count > ITEMS)) then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, before)
  for _, key in ipairs(keys) do
    if count >= ITEMS then
      count = count + 1
    else
      add(key_text(key) .. " = " .. value_text(rawget(t, key), step(path, key), depth + 1, seen, indent .. "  "))
    end
  end
  count = math.max(count, listed < rawlen(t) and rawlen(t) + #keys or 0)
  if count > ITEMS then
    parts[#parts + 1] = ("... (%d more)"):format(count - ITEMS)
  end
  -- a table met again beside, and not inside, itself is printed again: only real cycles are named
  seen[t] = nil
  local line = table.concat(parts, ", ")
  if #line + #indent <= WIDTH and not line:find "\n" then
    return "{ " .. line .. " }"
  end
  return "{\n" .. indent .. "  " .. table.concat(parts, ",\n" .. indent .. "  ") .. "\n" .. indent .. "}"
end

function value_text(v, path, depth, seen, indent)
  local kind = type(v)
  if kind == "string" then
    return string_text(#v > 200 and v:sub(1, 200) .. "..." or v)
  elseif kind == "number" then
    return core.number(v)
  elseif kind == "function" then
    return function_text(v)
  elseif kind == "table" then
    local meta = getmetatable(v)
    if type(meta) == "table" and rawget(meta, "__tostring") then
      return tostring(v)
    elseif v == require "muster.init" then
      return "muster " .. core.version
    end
    return table_text(v, path, depth, seen, indent)
  elseif kind == "userdata" then
    local class = core.class(v)
    -- a whole table inside another value would be hard to read
    if depth > 1 and (class == "Table" or class == "Column") then
      return ("%s (%d %s)"):format(class, #v, class == "Table" and "rows" or "values")
    end
    return class and tostring(v) or (tostring(v):gsub(" ?%(?0x%x+%)?", ""))
  elseif kind == "thread" then
    return "coroutine (" .. coroutine.status(v) .. ")"
  end
  return tostring(v)
end

-- The value on its own: a string as it is, everything else as above.
function show.text(v)
  if type(v) == "string" then
    return v
  end
  return (value_text(v, "_", 1, {}, ""))
end

-- What the prompt does with the results of a line: nothing for nil alone, else all with tabs between.
function show.print(...)
  local n = select("#", ...)
  if n == 0 or (n == 1 and (...) == nil) then
    return
  end
  local texts = {}
  for i = 1, n do
    texts[i] = show.text((select(i, ...)))
  end
  local text = table.concat(texts, "\t")
  io.write(text, text:sub(-1) == "\n" and "" or "\n")
end

return show
