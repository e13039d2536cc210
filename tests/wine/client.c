/* What Excel does to call a worksheet function, without Excel: xlwings' own DLL is loaded and asked for its COM
   server, as the macros ask it, and the calls that a file lists go there through IDispatch.

   client.exe DLL CALLS RESULTS, all in UTF-8. CALLS: on its first line the command by which the DLL starts Python;
   then, for each call, "call MODULE FUNCTION COUNT" and its arguments. RESULTS: for each call its result, or
   "x " and what VBA has as Err.Description. A value is one line, and a table also the lines of its cells, row by
   row:

     n 1.5    number             s text   text; \n and \\ stand for a line end and a backslash
     b 1      TRUE or FALSE      e 2007   error value, by the number of CVErr
     d 46023  date               -        empty cell
     c 12.5   currency           m        argument left out
     a 2 3    array of 2 rows and 3 columns, its first index 1, as Excel makes it; v 3: one row alone
     r 2 3    a range of that many rows and columns: an object that Python asks for its value */

#define COBJMACROS
#include <windows.h>
#include <oleauto.h>
#include <stdio.h>
#include <stdlib.h>

static const GUID RANGE = {0x00020846, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}}; /* Excel's Range */
static const unsigned CVERR = 0x800A0000u; /* what COM adds to the number of an error value */
static FILE *calls, *results;

static void give_up(const char *what, HRESULT code) {
  fprintf(stderr, "client: %s (%08lx)\n", what, (unsigned long)code);
  exit(1);
}

/* A line of the calls, without its end, until the next one is read. */
static char *line(void) {
  static char *text;
  static size_t room;
  size_t length = 0;
  for (int c; (c = getc(calls)) != EOF && c != '\n'; text[length++] = (char)c)
    if (length + 2 > room && !(text = realloc(text, room = 2 * room + 256))) give_up("out of memory", 0);
  if (!text && !(text = malloc(room = 1))) give_up("out of memory", 0);
  text[length] = 0;
  return text;
}

static BSTR wide(const char *text) {
  int length = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  BSTR made = SysAllocStringLen(NULL, length - 1);
  MultiByteToWideChar(CP_UTF8, 0, text, -1, made, length);
  return made;
}

static void unescape(char *text) {
  char *to = text;
  for (; *text; text++) *to++ = *text != '\\' ? *text : *++text == 'n' ? '\n' : *text;
  *to = 0;
}

/* --- a range, as far as it is asked: its value, how many rows and columns, and of which sheet, book and Excel --- */

typedef struct {
  IDispatch as;
  LONG held, count, rows, columns; /* count: that of a range's Rows or Columns; -1 for the range itself */
  VARIANT value;
} Range;

static ITypeInfo *range_type;
enum { VALUE = 1, ROW, COLUMN, ROWS, COLUMNS, COUNT, HWND_OF, NAME, WORKSHEET, PARENT, APPLICATION };
static LPOLESTR NAMES[] = {L"Value", L"Row",  L"Column",    L"Rows",   L"Columns",    L"Count",
                           L"Hwnd",  L"Name", L"Worksheet", L"Parent", L"Application"};
static IDispatch *range(LONG count, LONG rows, LONG columns, VARIANT value);

static HRESULT __stdcall query(IDispatch *me, REFIID wanted, void **given) {
  BOOL known = IsEqualIID(wanted, &IID_IUnknown) || IsEqualIID(wanted, &IID_IDispatch);
  *given = known ? me : NULL;
  if (known) IDispatch_AddRef(me);
  return known ? S_OK : E_NOINTERFACE;
}
static ULONG __stdcall hold(IDispatch *me) { return InterlockedIncrement(&((Range *)me)->held); }
static ULONG __stdcall release(IDispatch *me) {
  ULONG left = InterlockedDecrement(&((Range *)me)->held);
  if (!left) { VariantClear(&((Range *)me)->value); free(me); }
  return left;
}
static HRESULT __stdcall types(IDispatch *me, UINT *count) { (void)me; *count = 1; return S_OK; }
static HRESULT __stdcall type(IDispatch *me, UINT at, LCID locale, ITypeInfo **given) {
  (void)me; (void)at; (void)locale;
  *given = range_type;
  ITypeInfo_AddRef(range_type);
  return S_OK;
}
static HRESULT __stdcall identify(IDispatch *me, REFIID none, LPOLESTR *names, UINT count, LCID locale, DISPID *ids) {
  (void)me; (void)none; (void)locale; (void)count;
  for (UINT at = 0; at < ARRAYSIZE(NAMES); at++)
    if (!_wcsicmp(names[0], NAMES[at])) { ids[0] = (DISPID)at + 1; return S_OK; }
  ids[0] = DISPID_UNKNOWN;
  return DISP_E_UNKNOWNNAME;
}
static HRESULT __stdcall invoke(IDispatch *me, DISPID id, REFIID none, LCID locale, WORD how, DISPPARAMS *with,
                                VARIANT *given, EXCEPINFO *why, UINT *which) {
  (void)none; (void)locale; (void)how; (void)with; (void)why; (void)which;
  Range *mine = (Range *)me;
  VARIANT nothing;
  VariantInit(&nothing);
  VariantInit(given);
  switch (id) {
    case VALUE: return VariantCopy(given, &mine->value);
    case ROWS: case COLUMNS:
      given->vt = VT_DISPATCH;
      given->pdispVal = range(id == ROWS ? mine->rows : mine->columns, 1, 1, nothing);
      return S_OK;
    case WORKSHEET: case PARENT: case APPLICATION: /* one object stands for all that is above a range */
      given->vt = VT_DISPATCH;
      given->pdispVal = me;
      IDispatch_AddRef(me);
      return S_OK;
    case NAME:
      given->vt = VT_BSTR;
      given->bstrVal = SysAllocString(L"pay.xlsm");
      return S_OK;
    default:
      given->vt = VT_I4;
      given->lVal = id == COUNT ? mine->count : id == HWND_OF ? 0 : 1;
      return S_OK;
  }
}
static IDispatchVtbl RANGE_CALLS = {query, hold, release, types, type, identify, invoke};

static IDispatch *range(LONG count, LONG rows, LONG columns, VARIANT value) {
  Range *made = malloc(sizeof *made);
  *made = (Range){{&RANGE_CALLS}, 1, count, rows, columns, value};
  return &made->as;
}

/* xlwings knows a range by the GUID of its type. */
static void make_range_type(void) {
  ICreateTypeLib2 *library;
  ICreateTypeInfo *made;
  HRESULT failed = CreateTypeLib2(SYS_WIN64, L"range.tlb", &library);
  if (!failed) failed = ICreateTypeLib2_CreateTypeInfo(library, L"Range", TKIND_DISPATCH, &made);
  if (!failed) failed = ICreateTypeInfo_SetGuid(made, &RANGE);
  if (!failed) failed = ICreateTypeInfo_QueryInterface(made, &IID_ITypeInfo, (void **)&range_type);
  if (failed) give_up("no type of a range", failed);
}

/* --- values --- */

static VARIANT read_value(void) {
  char *text = line(), kind = text[0];
  VARIANT value;
  LONG rows = 1, columns = 1;
  VariantInit(&value);
  switch (kind) {
    case 'n': value.vt = VT_R8; value.dblVal = strtod(text + 2, NULL); break;
    case 'd': value.vt = VT_DATE; value.date = strtod(text + 2, NULL); break;
    case 'b': value.vt = VT_BOOL; value.boolVal = text[2] == '1' ? VARIANT_TRUE : VARIANT_FALSE; break;
    case 'c': value.vt = VT_CY; VarCyFromR8(strtod(text + 2, NULL), &value.cyVal); break;
    case 'e': value.vt = VT_ERROR; value.scode = (SCODE)(CVERR + atoi(text + 2)); break;
    case 'm': value.vt = VT_ERROR; value.scode = DISP_E_PARAMNOTFOUND; break;
    case 's': unescape(text + 2); value.vt = VT_BSTR; value.bstrVal = wide(text + 2); break;
    case '-': break;
    case 'v':
      value.vt = VT_ARRAY | VT_VARIANT;
      columns = atol(text + 2);
      value.parray = SafeArrayCreateVector(VT_VARIANT, 1, columns);
      for (LONG at = 1; at <= columns; at++) {
        VARIANT cell = read_value();
        SafeArrayPutElement(value.parray, &at, &cell);
        VariantClear(&cell);
      }
      break;
    case 'a': case 'r':
      sscanf(text + 2, "%ld %ld", &rows, &columns);
      if (kind == 'r' && rows == 1 && columns == 1) {
        value = read_value();
      } else {
        SAFEARRAYBOUND bounds[2] = {{(ULONG)rows, 1}, {(ULONG)columns, 1}};
        value.vt = VT_ARRAY | VT_VARIANT;
        value.parray = SafeArrayCreate(VT_VARIANT, 2, bounds);
        for (LONG row = 1; row <= rows; row++)
          for (LONG column = 1; column <= columns; column++) {
            LONG at[2] = {row, column};
            VARIANT cell = read_value();
            SafeArrayPutElement(value.parray, at, &cell);
            VariantClear(&cell);
          }
      }
      if (kind == 'r') {
        VARIANT inside = value;
        value.vt = VT_DISPATCH;
        value.pdispVal = range(-1, rows, columns, inside);
      }
      break;
    default: give_up("no such kind of value in the calls", kind);
  }
  return value;
}

static void write_text(const char *kind, const wchar_t *text) {
  int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  char *bytes = malloc((size_t)length);
  WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, length, NULL, NULL);
  fprintf(results, "%s ", kind);
  for (char *at = bytes; *at; at++)
    if (*at == '\n') fputs("\\n", results);
    else if (*at == '\\') fputs("\\\\", results);
    else if (*at != '\r') putc(*at, results);
  putc('\n', results);
  free(bytes);
}

static void write_value(VARIANT *value) {
  if (value->vt == (VT_ARRAY | VT_VARIANT)) {
    SAFEARRAY *cells = value->parray;
    LONG first[2] = {0, 0}, last[2] = {0, 0}, at[2], flat = SafeArrayGetDim(cells) == 1;
    for (LONG side = 0; side < 2 - flat; side++) { /* one dimension is a row */
      SafeArrayGetLBound(cells, (UINT)side + 1, &first[side + flat]);
      SafeArrayGetUBound(cells, (UINT)side + 1, &last[side + flat]);
    }
    fprintf(results, "a %ld %ld\n", last[0] - first[0] + 1, last[1] - first[1] + 1);
    for (at[0] = first[0]; at[0] <= last[0]; at[0]++)
      for (at[1] = first[1]; at[1] <= last[1]; at[1]++) {
        VARIANT cell;
        VariantInit(&cell);
        SafeArrayGetElement(cells, at + flat, &cell);
        write_value(&cell);
        VariantClear(&cell);
      }
    return;
  }
  switch (value->vt) {
    case VT_R8: fprintf(results, "n %.17g\n", value->dblVal); break;
    case VT_DATE: fprintf(results, "d %.17g\n", value->date); break;
    case VT_BOOL: fprintf(results, "b %d\n", value->boolVal != VARIANT_FALSE); break;
    case VT_BSTR: write_text("s", value->bstrVal ? value->bstrVal : L""); break;
    case VT_EMPTY: fputs("-\n", results); break;
    default: fprintf(results, "? %d\n", value->vt); /* a kind that no result has */
  }
}

/* --- calls --- */

static IDispatch *server;
static DISPID call_udf;

static void call(const char *module, const char *name, ULONG count) {
  VARIANT given[3], result;
  DISPPARAMS parameters = {given, NULL, 3, 0};
  EXCEPINFO why = {0};
  given[2].vt = given[1].vt = VT_BSTR; /* the last argument comes first */
  given[2].bstrVal = wide(module);
  given[1].bstrVal = wide(name);
  given[0].vt = VT_ARRAY | VT_VARIANT;
  given[0].parray = SafeArrayCreateVector(VT_VARIANT, 0, count);
  for (LONG at = 0; at < (LONG)count; at++) {
    VARIANT argument = read_value();
    SafeArrayPutElement(given[0].parray, &at, &argument);
    VariantClear(&argument);
  }
  VariantInit(&result);
  HRESULT failed = IDispatch_Invoke(server, call_udf, &IID_NULL, 0, DISPATCH_METHOD, &parameters, &result, &why, NULL);
  if (failed == DISP_E_EXCEPTION) write_text("x", why.bstrDescription ? why.bstrDescription : L"");
  else if (failed) fprintf(results, "? %08lx\n", (unsigned long)failed);
  else write_value(&result);
  VariantClear(&result);
  for (int at = 0; at < 3; at++) VariantClear(&given[at]);
}

int main(int count, char **arguments) {
  typedef HRESULT(__stdcall * Activate)(VARIANT *, const char *, int);
  if (count != 4) give_up("client DLL CALLS RESULTS", 0);
  CoInitialize(NULL);
  HMODULE library = LoadLibraryA(arguments[1]);
  Activate activate = library ? (Activate)(void *)GetProcAddress(library, "XLPyDLLActivateAuto") : NULL;
  if (!activate) give_up("xlwings' library does not load", (HRESULT)GetLastError());
  if (!(calls = fopen(arguments[2], "rb")) || !(results = fopen(arguments[3], "wb"))) give_up("no such file", 0);
  make_range_type();

  /* VBA hands a text to a DLL in the code page of Windows. */
  BSTR command = wide(line());
  char *start = calloc(2, SysStringLen(command) + 1);
  WideCharToMultiByte(CP_ACP, 0, command, -1, start, (int)(2 * SysStringLen(command) + 2), NULL, NULL);
  VARIANT found, unused;
  VariantInit(&found);
  VariantInit(&unused);
  if (activate(&found, start, 1)) { /* what VBA raises as an error */
    write_text("x", found.bstrVal);
    return 0;
  }
  server = found.pdispVal;
  LPOLESTR name = L"CallUDF";
  HRESULT failed = IDispatch_GetIDsOfNames(server, &IID_NULL, &name, 1, 0, &call_udf);
  if (failed) give_up("no CallUDF", failed);
  char module[256], function[256];
  for (ULONG given; sscanf(line(), "call %255s %255s %lu", module, function, &given) == 3;)
    call(module, function, given);
  fclose(results);
  activate(&unused, start, -1); /* KillPy of the macros */
  return 0;
}
