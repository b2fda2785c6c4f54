-- wrap.lua - text in lines: broken at blanks, measured in letters; numbers with their noun.

local wrap = {}

function wrap.letters(text)
  return utf8.len(text) or #text
end

-- Lines of at most `width` letters, broken at blanks but not before "%"; a longer word stays whole.
function wrap.lines(text, width)
  local lines, line = {}, ""
  for word in text:gsub("(%d) %%", "%1\1%%"):gmatch "%S+" do
    word = word:gsub("\1", " ")
    if line ~= "" and wrap.letters(line) + 1 + wrap.letters(word) > width then
      lines[#lines + 1], line = line, word
    else
      line = line == "" and word or line .. " " .. word
    end
  end
  lines[#lines + 1] = line
  return lines
end

-- `text` as one string in lines of at most `width` letters; all begin with `indent`, all but the first with `hang` more.
function wrap.paragraph(text, width, indent, hang)
  indent, hang = indent or "", hang or ""
  local lines = wrap.lines(text, math.max(20, width - #indent - #hang))
  return indent .. table.concat(lines, "\n" .. indent .. hang)
end

-- Cut to `width` letters, at a letter's end.
function wrap.cut(text, width)
  local n = utf8.len(text)
  if not n then
    return #text > width and text:sub(1, width - 3) .. "..." or text
  end
  return n > width and text:sub(1, utf8.offset(text, width - 2) - 1) .. "..." or text
end

-- "1 row", "2 rows"; `many` where an s is not enough.
function wrap.plural(n, one, many)
  return ("%d %s"):format(n, n == 1 and one or many or one .. "s")
end

-- Control bytes shown, so that data cannot drive the terminal.
function wrap.clean(text)
  return (text:gsub("%c", function(c)
    return ("\\x%02x"):format(c:byte())
  end))
end

return wrap
