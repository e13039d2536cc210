/* python3.dll: nothing of its own; what it exports is python311.dll's. */
int entry(void *library, unsigned long why, void *reserved);
int entry(void *library, unsigned long why, void *reserved) {
  (void)library; (void)why; (void)reserved;
  return 1;
}
