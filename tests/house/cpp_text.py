"""Just enough of C++'s text: includes, types, and where each function begins and ends."""
import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^()\\\s]{0,16})\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.S)
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
_DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.M)
_TYPE = re.compile(r'\b(?:class|struct|union|enum(?:\s+class)?|using)\s+(?:\[\[\w+\]\]\s*)?'
                   r'([A-Za-z_]\w*)\s*(?=[:;{=<]|final\b)')
_NAME = re.compile(r'((?:\w+::)*operator\s*\S+?|[~\w:]+)\s*$')


def _blank(match):
    text = match.group(0)
    if text.startswith('"'):
        return '""'
    if text.startswith("'"):
        return "' '"
    return "\n" * text.count("\n") + (" " if text.startswith("/") else '""')


def plain(text):
    """The text without comments, literals and preprocessor lines; line numbers stay."""
    text = _TOKEN.sub(_blank, text)
    return _DIRECTIVE.sub(lambda m: "\n" * m.group(0).count("\n"), text)


def includes(text):
    """Yields (line, '<' or '"', path)."""
    for m in _INCLUDE.finditer(text):
        yield text.count("\n", 0, m.start(1)) + 1, m.group(1), m.group(2)


def types(text):
    """Yields (line, name) of every type named in plain(text)."""
    text = plain(text)
    for m in _TYPE.finditer(text):
        yield text.count("\n", 0, m.start(1)) + 1, m.group(1)


def _strip_nested(text, opening, closing):
    out, depth = [], 0
    for c in text:
        if c == opening:
            depth += 1
            if depth == 1:
                out.append(c)
        elif c == closing and depth:
            depth -= 1
            if depth == 0:
                out.append(c)
        elif depth == 0:
            out.append(c)
    return "".join(out)


def _without_template(head):
    """`head` after its leading template<...> clauses."""
    while m := re.match(r'\s*template\s*<', head):
        depth, at = 1, m.end()
        while depth and at < len(head):
            depth += {"<": 1, ">": -1}.get(head[at], 0)
            at += 1
        head = head[at:]
    return head


def _kind(head):
    """What a `{` after `head` opens: 'scope', 'function', or 'value' (an initialiser)."""
    head = _without_template(_strip_nested(head, "(", ")"))
    head = re.sub(r'\[\[.*?\]\]|alignas\(\)', "", head).strip()
    if re.match(r'(inline\s+)?namespace\b|extern\s*""\s*$', head):
        return "scope"
    if re.match(r'(typedef\s+)?(class|struct|union|enum)\b', head) and not head.endswith(")"):
        return "scope"
    if re.search(r'\[[^\]]*\]\s*(\(\))?[^=,;]*$', head) and re.search(r'=\s*\[', head):
        return "function"  # a lambda with a name
    bare = re.sub(r'operator\s*[^\s\w(]+', "operator", head)
    if re.search(r'(?<![=!<>])=(?!=)', bare) or "()" not in bare:
        return "value"
    if re.search(r'\)\s*(noexcept(\(\))?\s*)?:(?!:)', bare) and not re.search(r'[)}]\s*$', bare):
        return "value"  # a member's braces in a constructor's list
    return "function"


def _function_name(head):
    head = _strip_nested(head, "(", ")")
    before = head.split("()", 1)[0]
    m = _NAME.search(before)
    return m.group(1) if m else before.strip()[-40:]


def functions(text):
    """Yields (first line, last line, name) of every function with a body outside other bodies."""
    text = plain(text)
    stack, head_start, parens = [], 0, 0
    for at, c in enumerate(text):
        in_body = any(kind != "scope" for kind, _, _ in stack)
        if c == "(" and not in_body:
            parens += 1
        elif c == ")" and not in_body:
            parens = max(0, parens - 1)
        elif c == "{":
            if in_body or parens:
                stack.append(("value", None, at))
            else:
                head = text[head_start:at]
                stack.append((_kind(head), head, at))
                if stack[-1][0] == "scope":
                    head_start = at + 1
        elif c == "}" and stack:
            kind, head, _ = stack.pop()
            if kind == "function":
                start = head_start + len(head) - len(head.lstrip())
                yield (text.count("\n", 0, start) + 1, text.count("\n", 0, at) + 1,
                       _function_name(head))
            if kind != "value" and not any(k != "scope" for k, _, _ in stack):
                head_start = at + 1
        elif c == ";" and not in_body and not parens:
            head_start = at + 1
