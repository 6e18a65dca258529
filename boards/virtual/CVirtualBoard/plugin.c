#include "virtual_board.h"
int loqa_virtual_board_placeholder(void) { return 0; }
