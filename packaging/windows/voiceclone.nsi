; The installer for Windows, for one user and without administrator's rights.
;
; Compiled by make_installer.py, which says where everything is: VERSION, NUMERIC_VERSION (four numbers),
; SIZE_KB, ICON, OUTPUT, and CONTENT, a file with the macros that name each file of the tree and each kind of
; file that VoiceClone opens.
;
; /S installs or removes without a question; /D=FOLDER, the last word and without quotes, says where to.
; The uninstaller keeps voices and settings, unless its box is ticked or it is given /DELETEDATA.
; Exit codes: 0 done, 1 cancelled, 2 refused, 3 VoiceClone is open and didn't close.

Unicode true
SetCompressor /SOLID lzma
ManifestDPIAware true
RequestExecutionLevel user

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WinVer.nsh
!include x64.nsh
!include "${CONTENT}"

!define NAME "VoiceClone"
!define PROGRAM "VoiceClone.exe"
!define TERMINAL_PROGRAM "voiceclone-gui.exe"
!define KIND "VoiceClone.Recording"
!define CLASSES "Software\Classes"
!define APPLICATION "${CLASSES}\Applications\${PROGRAM}"
!define CAPABILITIES "Software\VoiceClone\Capabilities"
!define ENTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\VoiceClone"
!define HOME_PAGE "https://github.com/voiceclone/voiceclone"
!define OPENS_WITH "Sound and films that VoiceClone makes a voice of"
; Where the program keeps what is the user's: never a part of the program's own folder.
!define USER_FOLDER "$LOCALAPPDATA\VoiceClone"
!define WAIT_TURNS 40
!define WAIT_TURN_MS 250

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\VoiceClone"
InstallDirRegKey HKCU "${ENTRY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${NSISDIR}/Contrib/Graphics/Wizard/nsis3-metro.bmp"
!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_FINISH

!define MUI_COMPONENTSPAGE_TEXT_TOP "Your voices, previews and settings stay on this computer unless you tick the box. Tokens stay in Windows' Credential Manager: to remove them too, cancel, and press Delete everything in VoiceClone's settings first."
!define MUI_COMPONENTSPAGE_NODESC
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"

VIProductVersion "${NUMERIC_VERSION}"
VIFileVersion "${NUMERIC_VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductName" "${NAME}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileDescription" "Installer of ${NAME}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "CompanyName" "${NAME}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "LegalCopyright" "GPL-3.0-or-later"

Var ProgramFolder ; of the program that must not run
Var InUse
Var Asked
Var Turn

; A program that runs can't be opened for writing: this asks about the very file, not about a name.
!macro CheckFile file
  ${If} ${FileExists} "$ProgramFolder\${file}"
    ClearErrors
    FileOpen $0 "$ProgramFolder\${file}" a
    ${If} ${Errors}
      StrCpy $InUse 1
    ${Else}
      FileClose $0
    ${EndIf}
  ${EndIf}
!macroend

!macro CloseProgramFunctions un
  Function ${un}CheckInUse
    StrCpy $InUse 0
    !insertmacro CheckFile "${PROGRAM}"
    !insertmacro CheckFile "${TERMINAL_PROGRAM}"
  FunctionEnd

  Function ${un}Refuse
    Pop $0 ; the exit code
    Pop $1 ; the reason
    SetErrorLevel $0
    DetailPrint "$1"
    Abort
  FunctionEnd

  ; Windows asks it to close as a click on its cross does: it may still ask the user about a clone that runs.
  Function ${un}CloseProgram
    StrCpy $Asked 0
    ${Do}
      Call ${un}CheckInUse
      ${If} $InUse = 0
        ${Break}
      ${EndIf}
      ${If} $Asked = 0
        MessageBox MB_OKCANCEL|MB_ICONINFORMATION "VoiceClone is open, and will be asked to close." /SD IDOK IDOK ask
        Push "VoiceClone is open."
        Push 1
        Call ${un}Refuse
      ask:
        StrCpy $Asked 1
      ${Else}
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "VoiceClone is still open. Look whether it asks you something, close it, and press Retry." /SD IDCANCEL IDRETRY again
        Push "VoiceClone is open and didn't close."
        Push 3
        Call ${un}Refuse
      again:
      ${EndIf}
      nsExec::Exec '"$SYSDIR\taskkill.exe" /IM ${PROGRAM}'
      Pop $0 ; whatever it says, what counts is whether the program has gone
      StrCpy $Turn 0
      ${DoWhile} $Turn < ${WAIT_TURNS}
        Sleep ${WAIT_TURN_MS}
        Call ${un}CheckInUse
        ${If} $InUse = 0
          ${Break}
        ${EndIf}
        IntOp $Turn $Turn + 1
      ${Loop}
    ${Loop}
  FunctionEnd
!macroend
!insertmacro CloseProgramFunctions ""
!insertmacro CloseProgramFunctions "un."

; The older version removes itself: it alone knows what it brought.
Function RemoveOlder
  ReadRegStr $ProgramFolder HKCU "${ENTRY}" "InstallLocation"
  ${If} $ProgramFolder == ""
  ${OrIfNot} ${FileExists} "$ProgramFolder\uninstall.exe"
    StrCpy $ProgramFolder $INSTDIR
    Call CloseProgram
    Return
  ${EndIf}
  Call CloseProgram
  DetailPrint "Removing the version that is there"
  ExecWait '"$ProgramFolder\uninstall.exe" /S _?=$ProgramFolder' $0
  ${If} $0 <> 0
    MessageBox MB_OK|MB_ICONSTOP "The version of VoiceClone that is there can't be removed. Close it, and start the installer again." /SD IDOK
    Push "The version that is there can't be removed."
    Push 2
    Call Refuse
  ${EndIf}
  Delete "$ProgramFolder\uninstall.exe"
  RMDir "$ProgramFolder"
FunctionEnd

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} 17763
    MessageBox MB_OK|MB_ICONSTOP "VoiceClone needs 64-bit Windows 10, version 1809, or newer." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

!macro OfferFor ending
  WriteRegStr HKCU "${APPLICATION}\SupportedTypes" ".${ending}" ""
  WriteRegStr HKCU "${CLASSES}\.${ending}\OpenWithProgids" "${KIND}" ""
  WriteRegStr HKCU "${CAPABILITIES}\FileAssociations" ".${ending}" "${KIND}"
!macroend

!macro NoLongerOfferFor ending
  DeleteRegValue HKCU "${CLASSES}\.${ending}\OpenWithProgids" "${KIND}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.${ending}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.${ending}"
!macroend

Section "VoiceClone"
  ${If} $INSTDIR == "${USER_FOLDER}"
    MessageBox MB_OK|MB_ICONSTOP "Your voices lie in this folder. Choose another one for the program." /SD IDOK
    Push "The folder is the one of the user's voices."
    Push 2
    Call Refuse
  ${EndIf}
  Call RemoveOlder

  SetOutPath "$INSTDIR"
  SetOverwrite on
  ; First of all, so that whatever gets there can be removed again.
  WriteUninstaller "$INSTDIR\uninstall.exe"
  !insertmacro InstallTree
  SetOutPath "$INSTDIR"
  CreateShortcut "$SMPROGRAMS\VoiceClone.lnk" "$INSTDIR\${PROGRAM}" "" "$INSTDIR\${PROGRAM}" 0 SW_SHOWNORMAL "" "Make a voice of a recording"

  ; "Open with": offered beside the user's own choice, never instead of it.
  WriteRegStr HKCU "${CLASSES}\${KIND}" "" "Recording"
  WriteRegStr HKCU "${CLASSES}\${KIND}" "FriendlyTypeName" "Recording"
  WriteRegStr HKCU "${CLASSES}\${KIND}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\${KIND}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${APPLICATION}" "FriendlyAppName" "${NAME}"
  WriteRegStr HKCU "${APPLICATION}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${APPLICATION}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationName" "${NAME}"
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationDescription" "${OPENS_WITH}"
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationIcon" "$INSTDIR\${PROGRAM},0"
  !insertmacro EachKind OfferFor
  WriteRegStr HKCU "Software\RegisteredApplications" "${NAME}" "${CAPABILITIES}"
  ${RefreshShellIcons}

  WriteRegStr HKCU "${ENTRY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${ENTRY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${ENTRY}" "DisplayIcon" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${ENTRY}" "Publisher" "${NAME}"
  WriteRegStr HKCU "${ENTRY}" "URLInfoAbout" "${HOME_PAGE}"
  WriteRegStr HKCU "${ENTRY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${ENTRY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${ENTRY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${ENTRY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${ENTRY}" "NoModify" 1
  WriteRegDWORD HKCU "${ENTRY}" "NoRepair" 1
SectionEnd

Section "un.VoiceClone"
  SectionIn RO
  StrCpy $ProgramFolder $INSTDIR
  Call un.CloseProgram

  !insertmacro RemoveTree
  Delete "$SMPROGRAMS\VoiceClone.lnk"
  !insertmacro EachKind NoLongerOfferFor
  DeleteRegKey HKCU "${CLASSES}\${KIND}"
  DeleteRegKey HKCU "${APPLICATION}"
  DeleteRegKey HKCU "${CAPABILITIES}"
  DeleteRegKey /ifempty HKCU "Software\VoiceClone"
  DeleteRegValue HKCU "Software\RegisteredApplications" "${NAME}"
  DeleteRegKey HKCU "${ENTRY}"
  ${RefreshShellIcons}
  Delete "$INSTDIR\uninstall.exe"
  ; Leaves the folder where anything else lies in it.
  RMDir "$INSTDIR"
SectionEnd

Section /o "un.Voices, previews and settings" UserData
  RMDir /r "${USER_FOLDER}"
SectionEnd

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DELETEDATA" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${UserData}
  ${EndIf}
FunctionEnd
