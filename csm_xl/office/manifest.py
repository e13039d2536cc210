"""The manifest: the XML file that describes the add-in to Excel."""

from __future__ import annotations

import re
import uuid
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from csm_xl import __version__
from csm_xl.errors import VALUE, CsmError

REQUIRED: Final = (("SharedRuntime", "1.1"), ("CustomFunctionsRuntime", "1.3"), ("ExcelApi", "1.13"))
"""The API sets that Excel must have, each with its minimum version; `pane.js` shows if one is missing."""
ICONS: Final = (16, 32, 64, 80)
"""The sizes of the icons, in pixels."""


def base_of(url: str) -> str:
    """Where the add-in will be hosted, without a slash at the end.

    Errors: no https address; one with a query, a fragment or a user.

    >>> base_of("https://pay.example.com/csm_xl/")
    'https://pay.example.com/csm_xl'
    """
    said = urlsplit(url.strip())
    try:
        port_is_right = said.port is None or said.port > 0
    except ValueError:
        port_is_right = False
    plain = not (said.query or said.fragment or said.username or said.password)
    if (
        said.scheme != "https"
        or not said.hostname
        or not plain
        or not port_is_right
        or re.search(r"\s", url.strip())
    ):
        raise CsmError(VALUE, "Excel does not load an add-in from this address", "--url", url,
                       "Give an https address, such as https://pay.example.com/csm_xl.")  # fmt: skip
    return url.strip().rstrip("/")


def manifest_xml(url: str) -> str:
    """The manifest of an add-in hosted at an address.

    url: as `base_of` takes it. The id follows from it, so a new build replaces the one before.
    Source: Microsoft, "Office Add-ins XML manifest", "Configure your Office Add-in to use a shared runtime".
    Errors: as `base_of`.
    """
    base = base_of(url)
    said = urlsplit(base)
    sets = "".join(f'<Set Name="{name}" MinVersion="{least}"/>' for name, least in REQUIRED)
    icon = {size: quoteattr(f"{base}/icon-{size}.png") for size in ICONS}
    images = "".join(f'<bt:Image id="Icon.{size}" DefaultValue={icon[size]}/>' for size in (16, 32, 80))
    icons = "".join(f'<bt:Image size="{size}" resid="Icon.{size}"/>' for size in (16, 32, 80))
    page, script, functions = (
        quoteattr(f"{base}/{one}") for one in ("index.html", "pane.js", "functions.json")
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0" xsi:type="TaskPaneApp">
  <Id>{uuid.uuid5(uuid.NAMESPACE_URL, base)}</Id>
  <Version>{__version__}.0</Version>
  <ProviderName>csm_xl</ProviderName>
  <DefaultLocale>en-US</DefaultLocale>
  <DisplayName DefaultValue="csm_xl"/>
  <Description DefaultValue="Customer Success pay: the CSM_ functions, and Refresh."/>
  <IconUrl DefaultValue={icon[32]}/>
  <HighResolutionIconUrl DefaultValue={icon[64]}/>
  <SupportUrl DefaultValue={page}/>
  <AppDomains><AppDomain>{escape(f"{said.scheme}://{said.netloc}")}</AppDomain></AppDomains>
  <Hosts><Host Name="Workbook"/></Hosts>
  <Requirements><Sets DefaultMinVersion="1.1">{sets}</Sets></Requirements>
  <DefaultSettings><SourceLocation DefaultValue={page}/></DefaultSettings>
  <Permissions>ReadWriteDocument</Permissions>
  <VersionOverrides xmlns="http://schemas.microsoft.com/office/taskpaneappversionoverrides"
    xsi:type="VersionOverridesV1_0">
    <Hosts><Host xsi:type="Workbook">
      <Runtimes><Runtime resid="Page.Url" lifetime="long"/></Runtimes>
      <AllFormFactors>
        <ExtensionPoint xsi:type="CustomFunctions">
          <Script><SourceLocation resid="Script.Url"/></Script>
          <Page><SourceLocation resid="Page.Url"/></Page>
          <Metadata><SourceLocation resid="Functions.Url"/></Metadata>
        </ExtensionPoint>
      </AllFormFactors>
      <DesktopFormFactor>
        <FunctionFile resid="Page.Url"/>
        <ExtensionPoint xsi:type="PrimaryCommandSurface">
          <OfficeTab id="TabHome">
            <Group id="Csm.Group">
              <Label resid="Csm.Label"/>
              <Icon>{icons}</Icon>
              <Control xsi:type="Button" id="Csm.Refresh">
                <Label resid="Refresh.Label"/>
                <Supertip><Title resid="Refresh.Label"/><Description resid="Refresh.Tip"/></Supertip>
                <Icon>{icons}</Icon>
                <Action xsi:type="ExecuteFunction"><FunctionName>refresh</FunctionName></Action>
              </Control>
              <Control xsi:type="Button" id="Csm.Pane">
                <Label resid="Pane.Label"/>
                <Supertip><Title resid="Pane.Label"/><Description resid="Pane.Tip"/></Supertip>
                <Icon>{icons}</Icon>
                <Action xsi:type="ShowTaskpane">
                  <TaskpaneId>CsmPane</TaskpaneId>
                  <SourceLocation resid="Page.Url"/>
                </Action>
              </Control>
            </Group>
          </OfficeTab>
        </ExtensionPoint>
      </DesktopFormFactor>
    </Host></Hosts>
    <Resources>
      <bt:Images>{images}</bt:Images>
      <bt:Urls>
        <bt:Url id="Page.Url" DefaultValue={page}/>
        <bt:Url id="Script.Url" DefaultValue={script}/>
        <bt:Url id="Functions.Url" DefaultValue={functions}/>
      </bt:Urls>
      <bt:ShortStrings>
        <bt:String id="Csm.Label" DefaultValue="csm_xl"/>
        <bt:String id="Refresh.Label" DefaultValue="Refresh pay"/>
        <bt:String id="Pane.Label" DefaultValue="Pay pane"/>
      </bt:ShortStrings>
      <bt:LongStrings>
        <bt:String id="Refresh.Tip" DefaultValue="Pays everyone from the current inputs."/>
        <bt:String id="Pane.Tip" DefaultValue="Shows findings, changes and explanations."/>
      </bt:LongStrings>
    </Resources>
  </VersionOverrides>
</OfficeApp>
"""
