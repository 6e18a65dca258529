int loqa_virtual_board_placeholder(void);
