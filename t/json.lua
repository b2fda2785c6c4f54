-- json.lua - a small reader of JSON for tests: strict, bytes in and bytes out, null is json.null.
local json = { null = setmetatable({}, { __name = "null", __tostring = function() return "null" end }) }

local plain = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function fail(s, at, what)
  error(("JSON: %s at byte %d: %s"):format(what, at, s:sub(at, at + 20)), 0)
end

-- The escapes of a string's inner text; a surrogate pair is one character.
local function unescape(s, at)
  local out, i = {}, 1
  while true do
    local j = s:find("\\", i, true)
    if not j then
      out[#out + 1] = s:sub(i)
      return table.concat(out)
    end
    out[#out + 1] = s:sub(i, j - 1)
    local c = s:sub(j + 1, j + 1)
    if c == "u" then
      local code = tonumber(s:match("^%x%x%x%x", j + 2) or fail(s, at, "bad \\u"), 16)
      i = j + 6
      if code >= 0xD800 and code < 0xDC00 then
        local low = tonumber(s:match("^\\u(%x%x%x%x)", i) or fail(s, at, "half a pair"), 16)
        code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)
        i = i + 6
      end
      out[#out + 1] = utf8.char(code)
    else
      out[#out + 1] = plain[c] or fail(s, at, "bad escape")
      i = j + 2
    end
  end
end

local function read_string(s, at)
  local from = at + 1
  local i = from
  while true do
    local stop = s:find('["\\\0-\31]', i) or fail(s, at, "open string")
    local c = s:byte(stop)
    if c == 34 then
      local inner = s:sub(from, stop - 1)
      return inner:find("\\", 1, true) and unescape(inner, at) or inner, stop + 1
    elseif c ~= 92 then
      fail(s, stop, "control byte in a string")
    end
    i = stop + 2
  end
end

local read

local function read_list(s, at)
  local out, n = {}, 0
  at = s:match("^%s*()", at + 1)
  if s:byte(at) == 93 then
    return out, at + 1
  end
  while true do
    n = n + 1
    out[n], at = read(s, at)
    local c
    c, at = s:match("^%s*([,%]])()", at)
    if c == "]" then
      return out, at
    elseif not c then
      fail(s, at or #s, "open list")
    end
  end
end

local function read_object(s, at)
  local out = {}
  at = s:match("^%s*()", at + 1)
  if s:byte(at) == 125 then
    return out, at + 1
  end
  while true do
    local key, c
    at = s:match('^%s*()"', at) or fail(s, at, "expected a name")
    key, at = read_string(s, at)
    at = s:match("^%s*:()", at) or fail(s, at, "expected ':'")
    out[key], at = read(s, at)
    c, at = s:match("^%s*([,}])()", at)
    if c == "}" then
      return out, at
    elseif not c then
      fail(s, at or #s, "open object")
    end
  end
end

function read(s, at)
  at = s:match("^%s*()", at)
  local c = s:byte(at)
  if c == 34 then
    return read_string(s, at)
  elseif c == 91 then
    return read_list(s, at)
  elseif c == 123 then
    return read_object(s, at)
  end
  local word = s:match("^[%w%.%+%-]+", at) or fail(s, at, "no value")
  if word == "true" or word == "false" then
    return word == "true", at + #word
  elseif word == "null" then
    return json.null, at + 4
  end
  return tonumber(word) or fail(s, at, "no number"), at + #word
end

-- The one value that the text holds.
function json.decode(s)
  local value, at = read(s, 1)
  if s:find("%S", at) then
    fail(s, at, "more than one value")
  end
  return value
end

return json
